from odoo import api, fields, models

from ..models.invoice.mails import without_button


class AccountMoveSendWizard(models.TransientModel):
    """Core's dialog that sends an invoice, with its payment link or without."""

    _inherit = "account.move.send.wizard"

    mollie_can_have_link = fields.Boolean(compute="_compute_mollie_can_have_link")
    mollie_with_link = fields.Boolean(
        "With payment link",
        compute="_compute_mollie_with_link",
        store=True,
        readonly=False,
        help="Puts a button into the mail with which the customer pays online. A link that does not"
        " exist yet is created when you send.",
    )

    # === COMPUTE METHODS === #

    @api.depends("move_id")
    def _compute_mollie_can_have_link(self):
        for wizard in self:
            wizard.mollie_can_have_link = not wizard.move_id._get_mollie_refusals()

    @api.depends("move_id")
    def _compute_mollie_with_link(self):
        for wizard in self:
            wizard.mollie_with_link = wizard.move_id._mollie_is_sent_with_link()

    def _compute_body(self):
        """Override of `account` to write the mail as the tick says."""
        for is_ticked, wizards in self.grouped("mollie_with_link").items():
            ticked = wizards.with_context(mollie_with_link=is_ticked)
            super(AccountMoveSendWizard, ticked)._compute_body()
        return None

    @api.onchange("mollie_with_link")
    def _onchange_mollie_with_link(self):
        """Put the button into the mail, or take it out; the rest stays as the clerk wrote it."""
        self.body = without_button(self.body)
        if self.mollie_with_link:
            self.body = self.move_id._mollie_with_button(self.body, self.lang)

    # === BUSINESS METHODS === #

    def _get_sending_settings(self):
        """Override of `account` to send with the link, if that is ticked."""
        return super()._get_sending_settings() | {"mollie_with_link": self.mollie_with_link}
