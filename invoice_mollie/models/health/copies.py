"""Whether this is the database that the key and the payments belong to."""

from .setup import Finding


def copy(setup):
    """Whether the key was pasted here."""
    _ = setup.env._
    if setup.provider._mollie_is_copy():
        return Finding(
            "error",
            _(
                "This database is a copy of the one in which the key was pasted, so it only looks:"
                " nobody can pay."
            ),
            _(
                "If it took the other one's place, say so in the settings. To try things out, paste"
                " a test key."
            ),
        )
    return Finding("ok", _("The key was pasted in this database."))


def other_database(setup):
    """Whether all payments that were met are this database's."""
    _ = setup.env._
    if setup.env["mollie.payment.log"]._search_other_databases(setup.company):
        return Finding(
            "warning",
            _("Payments were met that another database made; they are not followed."),
            _("If this database took that one's place, say so in the settings."),
        )
    return Finding("ok", _("All payments are of this database."))
