"""What only Mollie and the addon say of a payment: whose it is, how much, for which invoice, and
what became of it.

Core lets billing users write transactions over RPC. Who could would have anything booked as paid,
refunds sent to other payers, and customers' money to an account of their own. The addon itself, and
what core does for its buttons, works in sudo mode, after its own checks.
"""

from odoo import api
from odoo.exceptions import AccessError
from odoo.models import MAGIC_COLUMNS


class Undefaulted:
    """A model of whose records only the addon says what is in them."""

    __slots__ = ()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to leave nothing to a user's defaults."""
        # Of each record: a token is another one each time.
        return super().create([amounts_last(self, own_defaults(self) | vals) for vals in vals_list])


def amounts_last(Model, vals):
    """Return the values of a record in an order in which Odoo need not look up the currency."""
    types = {name: field.type for name, field in Model._fields.items() if name in vals}
    return dict(sorted(vals.items(), key=lambda item: types.get(item[0]) == "monetary"))


def own_defaults(Model):
    """Return what is in a record of a model where nobody says anything: what its fields say.

    Users' defaults, be they kept or sent along with a request, count in sudo mode, too.
    """
    return {
        name: field.default(Model) if field.default else False
        for name, field in Model._fields.items()
        if field.store
        and not field.compute
        and name not in MAGIC_COLUMNS
        and Model._has_field_access(field, "write")  # Else no default gets there either.
    }


def refuse_users(env):
    """Refuse what users want to say of payments at Mollie.

    :raise AccessError: outside of sudo mode.
    """
    if not env.su:
        raise AccessError(env._("What Mollie says about a payment can't be changed."))


def refuse_changes(env, txs):
    """Refuse users to change transactions of which any is Mollie's, or what is linked to it.

    :raise AccessError: outside of sudo mode.
    """
    # In sudo mode because the answer must not depend on what somebody may see.
    if any(tx_sudo.provider_code == "mollie" for tx_sudo in txs.sudo()):
        refuse_users(env)


def refuse_linked(records, name):
    """Refuse users to make records that are linked to transactions of Mollie's.

    Looks at what was made: beside the values there are defaults, of the request and of users.

    :param str name: the records' field of transactions.
    :raise AccessError: outside of sudo mode.
    """
    if not records.env.su:
        refuse_changes(records.env, records.sudo()[name])


def refuse_links(records, name, vals):
    """Refuse users to link records to transactions of Mollie's, or to take them from these.

    :param str name: the records' field of transactions.
    :raise AccessError: outside of sudo mode.
    """
    if name in vals and not records.env.su:
        linked = records.new({name: vals[name]})[name]._origin
        refuse_changes(records.env, records.sudo()[name] | linked)
