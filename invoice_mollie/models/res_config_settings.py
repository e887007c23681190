from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..gateway import MollieError
from .core import STATES
from .databases import add_databases
from .errors import error_message
from .health.messages import describe_last_message, webhooks
from .health.setup import look_at
from .languages import languages_here
from .mollie_payment_log import MONTHS, MONTHS_PARAMETER, MOST_MONTHS
from .notifications import notification


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    mollie_link_creation = fields.Selection(
        related="company_id.mollie_link_creation", readonly=False, required=True
    )
    # Only a way in, and never stored here: the key is checked with Mollie, kept by the provider
    # if it is good, and not shown again.
    mollie_api_key = fields.Char(
        "Mollie API Key",
        compute="_compute_mollie_api_key",
        inverse="_inverse_mollie_api_key",
        groups="base.group_system",
    )
    # What is open with the key of now, for example "2 (€ 150.00)"; empty if nothing is.
    mollie_open_payments = fields.Char(compute="_compute_mollie_kept_key")
    mollie_connect_anyway = fields.Boolean("Connect all the same")
    mollie_other_amount = fields.Boolean(related="company_id.mollie_other_amount", readonly=False)
    mollie_minimum_amount = fields.Monetary(
        related="company_id.mollie_minimum_amount", readonly=False
    )
    mollie_mail_receipt = fields.Boolean(related="company_id.mollie_mail_receipt", readonly=False)
    mollie_receipt_days = fields.Integer(related="company_id.mollie_receipt_days", readonly=False)
    mollie_provider_id = fields.Many2one("payment.provider", compute="_compute_mollie_provider_id")
    mollie_provider_state = fields.Selection(STATES, "Mode", compute="_compute_mollie_provider_id")
    mollie_profile_name = fields.Char(related="mollie_provider_id.mollie_profile_name")
    mollie_journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_mollie_provider_id",
        inverse="_inverse_mollie_journal_id",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
    )
    # Which key is kept, and since when; empty if it is another company's.
    mollie_kept_key = fields.Char("Kept Key", compute="_compute_mollie_kept_key")
    mollie_is_live = fields.Boolean(compute="_compute_mollie_kept_key")
    mollie_method_names = fields.Char("Methods", compute="_compute_mollie_provider_id")
    # In which customers read pages, mails and receipts.
    mollie_languages = fields.Char("Languages", compute="_compute_mollie_languages")
    mollie_last_message = fields.Char("Last Message", compute="_compute_mollie_last_message")
    # Where Mollie sends its messages; empty if it is asked for none.
    mollie_webhook_address = fields.Char(compute="_compute_mollie_last_message")
    mollie_missing_messages = fields.Char(compute="_compute_mollie_last_message")
    mollie_log_months = fields.Integer(
        "Months to Keep Technical Rows",
        config_parameter=MONTHS_PARAMETER,
        default=MONTHS,
    )
    # Identifiers of databases that made payments of ours; empty if there is nothing to decide.
    mollie_other_databases = fields.Char(compute="_compute_mollie_other_databases")
    # What of test payments stands in the books of a company that is live; empty if nothing does.
    mollie_test_money = fields.Char(compute="_compute_mollie_test_money")
    # The names of other companies with a key of the same Mollie profile; empty if there is none.
    mollie_shared_with = fields.Char(compute="_compute_mollie_kept_key")
    mollie_is_reachable = fields.Boolean(compute="_compute_mollie_provider_id")
    mollie_is_copy = fields.Boolean(compute="_compute_mollie_kept_key")
    mollie_key_refused = fields.Boolean(compute="_compute_mollie_kept_key")
    mollie_is_off = fields.Boolean(compute="_compute_mollie_kept_key")
    mollie_address = fields.Char(related="company_id.mollie_address")
    # What Odoo's address is now, if links have another one.
    mollie_changed_address = fields.Char(compute="_compute_mollie_provider_id")
    mollie_health_url = fields.Char(
        "Monitoring", compute="_compute_mollie_health_url", groups="base.group_system"
    )

    # === COMPUTE METHODS === #

    def _compute_mollie_api_key(self):
        self.mollie_api_key = False

    def _inverse_mollie_api_key(self):
        for settings in self.filtered("mollie_api_key"):
            provider = settings.company_id._connect_mollie(
                settings.mollie_api_key, anyway=settings.mollie_connect_anyway
            )
            # What the key can't see is known then before a reservation ends.
            provider._mollie_search_open()._mollie_recheck()
            settings.mollie_api_key = False

    @api.depends("company_id")
    def _compute_mollie_provider_id(self):
        for settings in self:
            provider_sudo = settings.company_id._get_mollie_provider()
            settings.mollie_provider_id = provider_sudo.sudo(False)
            settings.mollie_provider_state = provider_sudo._mollie_state()
            settings.mollie_journal_id = provider_sudo.journal_id.sudo(False)
            settings.mollie_method_names = provider_sudo._mollie_describe_methods()
            settings.mollie_is_reachable = settings.company_id._is_mollie_reachable()
            # A branch that uses its parent's key leaves that where it is.
            is_own = provider_sudo.company_id == settings.company_id
            settings.mollie_changed_address = (
                is_own and settings.company_id._get_mollie_changed_address()
            )

    @api.depends("company_id")
    def _compute_mollie_kept_key(self):
        for settings in self:
            provider_sudo = settings._get_mollie_key_holder()
            is_own = provider_sudo.company_id == settings.company_id
            settings.mollie_is_off = bool(settings.company_id._get_mollie_switched_off())
            settings.mollie_kept_key = is_own and provider_sudo._mollie_describe_key()
            settings.mollie_is_live = is_own and provider_sudo._mollie_has_live_key()
            settings.mollie_open_payments = is_own and provider_sudo._mollie_describe_open()
            sharing_sudo = provider_sudo and provider_sudo._mollie_search_sharing()
            settings.mollie_shared_with = ", ".join(sharing_sudo.company_id.mapped("name"))
            settings.mollie_key_refused = provider_sudo.mollie_key_refused
            settings.mollie_is_copy = provider_sudo._mollie_is_copy()

    def _get_mollie_key_holder(self):
        """Return the provider whose key the settings tell of, in sudo mode: it may be off."""
        company = self.company_id
        return company._get_mollie_provider() or company._get_mollie_switched_off()

    def _compute_mollie_languages(self):
        self.mollie_languages = ", ".join(languages_here(self.env).values())

    @api.depends("company_id")
    def _compute_mollie_last_message(self):
        for settings in self:
            company = settings.company_id
            problem = webhooks(look_at(company))
            is_reachable = company._is_mollie_reachable()
            settings.mollie_last_message = describe_last_message(company)
            settings.mollie_webhook_address = is_reachable and company._get_mollie_webhook_address()
            settings.mollie_missing_messages = problem and " ".join(problem.say(self.env))

    @api.depends("company_id")
    def _compute_mollie_health_url(self):
        for settings in self:
            settings.mollie_health_url = settings.company_id._get_mollie_health_url()

    @api.depends("company_id")
    def _compute_mollie_other_databases(self):
        for settings in self:
            databases = {row._get_database() for row in settings._get_mollie_foreign_rows()}
            settings.mollie_other_databases = ", ".join(sorted(databases))

    @api.depends("company_id")
    def _compute_mollie_test_money(self):
        for settings in self:
            txs_sudo = settings._get_mollie_test_payments()
            settings.mollie_test_money = txs_sudo._mollie_describe_test_money()

    def _get_mollie_test_payments(self):
        """Return the test payments of the company's own provider, in sudo mode: administrators need
        not see transactions.
        """
        provider_sudo = self.company_id._get_mollie_provider()
        own_sudo = provider_sudo.filtered(lambda p: p.company_id == self.company_id)
        Transaction = self.env["payment.transaction"].sudo()
        return Transaction._mollie_search_test_payments(own_sudo)

    def _get_mollie_foreign_rows(self):
        # In sudo mode because administrators need not see the log.
        Log = self.env["mollie.payment.log"].sudo()
        return Log._search_other_databases(self.company_id)

    def _inverse_mollie_journal_id(self):
        for settings in self.filtered("mollie_journal_id"):
            # Looked up again: the key may have come with the same save.
            provider = settings.company_id._get_mollie_provider().sudo(False)
            if provider and provider.journal_id != settings.mollie_journal_id:
                provider.journal_id = settings.mollie_journal_id

    # === CONSTRAINT METHODS === #

    @api.constrains("mollie_log_months")
    def _check_mollie_log_months(self):
        """Refuse what means nothing: it would count as the usual figure, unseen."""
        for settings in self:
            if not 1 <= settings.mollie_log_months <= MOST_MONTHS:
                raise ValidationError(
                    self.env._(
                        "Privacy: technical rows can be kept for 1 to %(most)s months, not for"
                        " %(months)s.",
                        most=MOST_MONTHS,
                        months=settings.mollie_log_months,
                    )
                )

    # === ACTION METHODS === #

    def action_mollie_connect(self):
        """Save the settings; the key among them was checked with Mollie before we came here.

        :raise UserError: if there is no key, now or from before.
        """
        self.ensure_one()
        provider_sudo = self.company_id._get_mollie_provider()
        if not provider_sudo:
            raise UserError(
                self.env._("Paste the API key of your Mollie profile first (test_… or live_…).")
            )
        following = self.execute()
        if following.get("tag") != "reload":
            return following
        # That would take the message along.
        message = self.env._(
            "%(company)s is connected to Mollie: %(profile)s.",
            company=self.company_id.display_name,
            profile=provider_sudo.mollie_profile_name or provider_sudo.name,
        )
        return notification(message, "success")

    def action_mollie_disconnect(self):
        """Forget the key: customers can't pay online any more.

        :raise UserError: if payments are open.
        """
        self.ensure_one()
        self.check_access("write")
        self._get_mollie_key_holder().sudo(False)._mollie_disconnect()
        message = self.env._("%s is not connected to Mollie any more.", self.company_id.name)
        return notification(message, "success")

    def action_mollie_check_setup(self):
        """Show what is wrong with the company's set-up, and how to mend it."""
        self.ensure_one()
        self.check_access("write")
        return self.env["mollie.health"]._open(self.company_id)

    def action_mollie_renew_monitoring(self):
        """Give monitoring a new address; the one of before is good for nothing any more."""
        self.ensure_one()
        self.company_id._mollie_renew_health_token()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_mollie_switch_on(self):
        """Let customers pay online again, in the mode of the key."""
        self.ensure_one()
        self.company_id._get_mollie_switched_off().sudo(False)._mollie_use_key()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_mollie_take_over_payments(self):
        """Say that this database took the place of those that made payments of ours: from now on
        they are followed.
        """
        self.ensure_one()
        self.check_access("write")
        rows_sudo = self._get_mollie_foreign_rows()
        add_databases(self.env, {row._get_database() for row in rows_sudo})
        rows_sudo.transaction_id._mollie_recheck()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_mollie_use_address(self):
        """Have payment links begin with the address that Odoo has now."""
        self.ensure_one()
        self.company_id._mollie_keep_address()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_mollie_take_place(self):
        """Say that this database took the place of the one in which the key was pasted: from now on
        it moves the money.
        """
        self.ensure_one()
        self._get_mollie_key_holder().sudo(False)._mollie_take_place()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_mollie_reverse_test_payments(self):
        """Reverse all that test payments left in the books; their invoices are open again."""
        self.ensure_one()
        self.env["account.move"].check_access("create")
        self._get_mollie_test_payments()._mollie_give_up_test_payments()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_mollie_refresh_methods(self):
        """Fetch again which methods the Mollie profile offers.

        :raise UserError: if Mollie can't be asked.
        """
        self.ensure_one()
        try:
            self.mollie_provider_id._mollie_refresh_methods()
        except MollieError as error:
            raise UserError(error_message(self.env, error)) from None
        return {"type": "ir.actions.client", "tag": "soft_reload"}
