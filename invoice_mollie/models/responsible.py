"""Who looks after an invoice: a person who is there, and who may act."""

BILLING = "account.group_account_invoice"


def responsible(invoice):
    """Return who gets the to-dos of an invoice: its salesperson, else who made it, else anybody in
    billing. Only people who can act: nobody else's reading would help.
    """
    can_act = (user for user in _candidates(invoice) if _can_act(user, invoice))
    return next(can_act, invoice.env.ref("base.user_admin"))


def bookkeeper(journal):
    """Return who gets the to-dos of a journal: anybody in billing of its company."""
    users = _in_billing(journal)
    return next((user for user in users if not user.share), journal.env.ref("base.user_admin"))


def administrator(journal):
    """Return who gets the to-dos of a journal that need the settings: an administrator who works in
    its company.
    """
    # In sudo mode because who wakes us need not see users.
    users = _in_groups(journal.env["res.users"].sudo(), "base.group_system")
    here = (user for user in users if journal.company_id in user.company_ids)
    return next(here, journal.env.ref("base.user_admin"))


def _in_billing(document):
    # In sudo mode because who wakes us need not see users.
    users = _in_groups(document.env["res.users"].sudo(), BILLING)
    return users.filtered_domain([("company_ids", "in", document.company_id.ids)])


def _candidates(invoice):
    # In sudo mode because who wakes us need not see users.
    Users = invoice.env["res.users"].sudo()
    yield from Users.union(invoice.invoice_user_id, invoice.create_uid)
    yield from _in_billing(invoice)
    yield from _in_groups(Users, "base.group_system")


def _in_groups(Users, group):
    return Users.search([("all_group_ids", "in", Users.env.ref(group).ids)], order="id")


def can_look(user, document):
    """Return whether a user is still there, and may open a document: a person may have given a
    to-do to somebody who can do no more.
    """
    is_there = user.active and not user.share and document.sudo().company_id in user.company_ids
    return is_there and _as_seen_by(user, document).has_access("read")


def _can_act(user, invoice):
    """Return whether the user is in billing, of the invoice's company, and may change it."""
    return (
        can_look(user, invoice)
        and user.has_group(BILLING)
        and _as_seen_by(user, invoice).has_access("write")
    )


def _as_seen_by(user, document):
    return document.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
