"""Which databases made our payments: this one, and those whose place it took.

A database that is copied or restored may get another identifier, while Mollie's payments keep the
one that they were made with. A copy must not follow the payments of its original, or money moves
twice: so a person says whose place this database took.
"""

PARAMETER = "database.uuid"
# Set where the identifier is another database's: in a neutralized copy.
OWN_PARAMETER = "invoice_mollie.database"
FORMER_PARAMETER = "invoice_mollie.former_databases"


def own_database(env):
    """Return the identifier of this database."""
    # In sudo mode because system parameters are the administrator's.
    Parameter = env["ir.config_parameter"].sudo()
    return Parameter.get_param(OWN_PARAMETER) or Parameter.get_param(PARAMETER)


def our_databases(env):
    """Return the identifiers of all databases whose payments are ours."""
    former = env["ir.config_parameter"].sudo().get_param(FORMER_PARAMETER) or ""
    return {own_database(env), *former.split()}


def add_databases(env, names):
    """Say that this database took the place of others. In sudo mode, after a check of the user."""
    former = our_databases(env) | set(names)
    former.discard(own_database(env))
    env["ir.config_parameter"].sudo().set_param(FORMER_PARAMETER, " ".join(sorted(former)))
