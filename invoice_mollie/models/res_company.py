import ipaddress
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..addresses import is_base, parts_of
from .core import HAS_KEY, IS_ON, LIVE_FIRST
from .days import today
from .tokens import find_by_token, new_token

# Names that no resolver on the internet answers for.
PRIVATE_DOMAINS = (
    *(".localhost", ".local", ".internal", ".intranet", ".lan", ".home", ".corp"),
    *(".home.arpa", ".test", ".invalid"),
)
PUBLIC_URL_PARAMETER = "invoice_mollie.public_url"
# Ten years.
RECEIPT_DAYS = 3650


class ResCompany(models.Model):
    _inherit = "res.company"

    mollie_link_creation = fields.Selection(
        [
            ("manual", "By hand"),
            ("confirm", "When the invoice is confirmed"),
            ("send", "When the invoice is sent"),
        ],
        string="Create Mollie Payment Links",
        default="manual",
        required=True,
    )

    # Kept when the company is connected: Odoo's own address follows whichever an administrator logs
    # in at. Theirs alone: others write companies, too, and would send customers elsewhere.
    mollie_address = fields.Char(
        "Address of the Payment Links", readonly=True, copy=False, groups="base.group_system"
    )
    mollie_other_amount = fields.Boolean("Customers May Pay Another Amount")
    mollie_minimum_amount = fields.Monetary(
        "Least Amount", currency_field="currency_id", default=10.0
    )

    mollie_mail_receipt = fields.Boolean("Mail a Receipt When Customers Have Paid", default=True)
    mollie_receipt_days = fields.Integer("Days to Offer Receipts", default=90)

    # Found once for each database transaction, or until a provider is written: a page asks for it
    # three times.
    mollie_provider_id = fields.Many2one(
        "payment.provider",
        compute="_compute_mollie_provider_id",
        compute_sudo=True,
        groups="base.group_system",
    )

    # In the address at which monitoring asks whether the set-up is well; without one nobody can.
    mollie_health_token = fields.Char(
        "Token of Monitoring", readonly=True, copy=False, groups="base.group_system"
    )

    _mollie_health_token_uniq = models.UniqueIndex(
        "(mollie_health_token) WHERE mollie_health_token IS NOT NULL"
    )

    # === COMPUTE METHODS === #

    def _compute_mollie_provider_id(self):
        Provider = self.env["payment.provider"]
        for company in self:
            own = Domain(Provider._check_company_domain(company))
            found = Provider.search_fetch(own & HAS_KEY & IS_ON, order=LIVE_FIRST, limit=1)
            company.mollie_provider_id = found

    # === CONSTRAINT METHODS === #

    @api.constrains("mollie_receipt_days", "mollie_minimum_amount")
    def _check_mollie_figures(self):
        """Refuse what means nothing: it would count as another figure, unseen."""
        for company in self:
            if not 0 <= company.mollie_receipt_days <= RECEIPT_DAYS:
                raise ValidationError(
                    self.env._(
                        "Receipts: the page can offer them for 0 to %(most)s days, not for"
                        " %(days)s.",
                        most=RECEIPT_DAYS,
                        days=company.mollie_receipt_days,
                    )
                )
            if company.mollie_minimum_amount < 0:
                raise ValidationError(
                    self.env._(
                        "Other amounts: the least amount can't be below zero, as %s is.",
                        company.currency_id.format(company.mollie_minimum_amount),
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to log where customers are sent."""
        companies = super().create(vals_list)
        companies._mollie_log_addresses({})
        return companies

    def write(self, vals):
        """Override of `base` to log where customers are sent from now on."""
        if "mollie_address" not in vals:
            return super().write(vals)
        before = self._get_mollie_addresses()
        result = super().write(vals)
        self._mollie_log_addresses(before)
        return result

    def _get_mollie_addresses(self):
        # In sudo mode because who makes a company need not see the address.
        return {company_sudo.id: company_sudo.mollie_address for company_sudo in self.sudo()}

    def _mollie_log_addresses(self, before):
        """Log which of the addresses are others than before.

        :param dict before: the former address of each company's id.
        """
        after = self._get_mollie_addresses()
        for company in self:
            former, address = before.get(company.id) or "", after[company.id] or ""
            if address != former:
                self.env["mollie.payment.log"]._append_change(
                    "address_changed", company, former, address
                )

    # === BUSINESS METHODS === #

    def _get_mollie_provider(self):
        """Return the active Mollie provider of the company, in sudo mode, or an empty recordset.

        Sudo because billing users cannot read payment providers; only what is needed to make and
        show a link is read from it.
        """
        self.ensure_one()
        # For this company alone, not for all that were read with it.
        return self.sudo().with_prefetch().mollie_provider_id

    def _get_mollie_connected(self):
        """Return the company's own provider through which Mollie can be asked, in sudo mode, or an
        empty recordset. It may be off.
        """
        own = HAS_KEY & Domain("company_id", "=", self.id)
        return self.env["payment.provider"].sudo().search(own, order=LIVE_FIRST, limit=1)

    def _get_mollie_switched_off(self):
        """Return the company's own Mollie provider, in sudo mode, if it has a key and is off."""
        connected = self._get_mollie_connected()
        return connected.browse() if self._get_mollie_provider() else connected

    def _get_mollie_base_url(self):
        """Return the address under which customers and Mollie reach this database."""
        self.ensure_one()
        kept = self.sudo().parent_ids.filtered("mollie_address")[-1:].mollie_address
        return (self._get_mollie_public_url() or kept or self.get_base_url()).rstrip("/")

    def _get_mollie_webhook_address(self):
        """Return with what the addresses begin to which Mollie sends its messages."""
        return f"{self._get_mollie_base_url()}/mollie/webhook/"

    def _get_mollie_public_url(self):
        """Return the address that an administrator gave, if it is one, else an empty text."""
        url = self.env["ir.config_parameter"].sudo().get_param(PUBLIC_URL_PARAMETER) or ""
        return url if is_base(url) else ""

    def _get_mollie_changed_address(self):
        """Return the address that Odoo has now, if payment links have another one; else False.

        One that was set by hand is another one on purpose.
        """
        self.ensure_one()
        if self._get_mollie_public_url():
            return False
        address = self.get_base_url().rstrip("/")
        return address != self._get_mollie_base_url() and address

    def _get_mollie_health_url(self):
        """Return where monitoring asks for the health, for administrators; empty if it can't."""
        self.ensure_one()
        token = self.mollie_health_token
        return f"{self._get_mollie_base_url()}/mollie/health/{token}" if token else ""

    def _mollie_renew_health_token(self):
        """Have monitoring ask at a new address; the one of before is unknown from now on."""
        for company in self:
            company.mollie_health_token = new_token()

    @api.model
    def _mollie_find_by_health_token(self, token):
        """Return the company with a token, or none. In sudo mode: the token is the only right."""
        return find_by_token(self, "mollie_health_token", token)

    def _get_mollie_oldest_receipt(self):
        """Return of which day the oldest payments are of which customers get a receipt."""
        self.ensure_one()
        return today(self) - timedelta(days=max(self.mollie_receipt_days, 0))

    def _is_mollie_reachable(self):
        """Return whether Mollie's webhooks can reach this database.

        A public URL that was set by hand counts, whatever it looks like: it may be a tunnel.
        """
        if self._get_mollie_public_url():
            return True
        host = (parts_of(self._get_mollie_base_url()).hostname or "").rstrip(".")
        try:
            return ipaddress.ip_address(host).is_global
        except ValueError:
            return "." in host and not host.endswith(PRIVATE_DOMAINS)

    def _connect_mollie(self, api_key, anyway=False):
        """Connect the company to the Mollie profile of an API key.

        :param str api_key: ``test_…`` or ``live_…``
        :param bool anyway: also if the key can't see payments that are open.
        :return: the provider, switched to Test or Enabled by the kind of key.
        :raise UserError: if Mollie does not accept the key, or payments are open.
        """
        self.ensure_one()
        provider = (
            self.env["payment.provider"].search(
                [("company_id", "=", self.id), ("code", "=", "mollie")], limit=1
            )
            or self._create_mollie_provider()
        )
        provider._mollie_connect(api_key.strip(), anyway)
        self._mollie_keep_address()
        return provider

    def _mollie_keep_address(self):
        """Have payment links keep the address that Odoo has now."""
        for company in self:
            company.mollie_address = company.get_base_url()

    def _create_mollie_provider(self):
        # In sudo mode because Odoo's own provider may belong to a company that the user has not
        # selected. The copy is the company's own: it is used without.
        template_sudo = self.env.ref("payment.payment_provider_mollie").sudo()
        return template_sudo.copy({"name": "Mollie", "company_id": self.id}).sudo(False)
