"""What support has to know of a set-up. Without keys, tokens, customers and amounts."""

import platform

from odoo import release

from .messages import describe_last_message

MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


def report_of(company, rows):
    """Return what the check of a set-up found, as a text to be sent.

    :param rows: the `mollie.health.row` records.
    """
    provider_sudo = company._get_mollie_provider()
    module = company.env["ir.module.module"].sudo()._get("invoice_mollie")
    version = module.latest_version
    head = [
        f"{module.shortdesc} {version}, Odoo {release.version}, Python {platform.python_version()}",
        f"{provider_sudo._mollie_state() or '–'}, {provider_sudo.mollie_profile_id or '–'}",
        describe_last_message(company),
    ]
    found = [f"{MARKS[row.status]} {row.name}: {row.what} {row.mend or ''}".strip() for row in rows]
    return "\n".join([*head, "", *found])
