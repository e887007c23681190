from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, LazyTranslate, format_date, format_datetime

from ..addresses import without_credentials
from .databases import our_databases
from .errors import ERROR_MESSAGES, failure_message, status_name
from .exports import Exported
from .protected import Undefaulted

_lt = LazyTranslate(__name__)

# How the detail of a mismatch begins when only the database is another one; its identifier follows.
DATABASE = "database "
# How many rows an hour an invoice gets on what fails at Mollie: who presses a button a hundred
# times fills no log.
FAILURES_PER_HOUR = 5

# A sentence for each event. Kept apart from the rows, so that everyone reads them in their own
# language, whoever's browser or whichever webhook caused them.
EVENTS = {
    "link_created": (_lt("Link created"), _lt("The payment link was created.")),
    "link_revoked": (_lt("Link revoked"), _lt("The payment link was revoked.")),
    "link_mailed": (_lt("Mailed"), _lt("The payment link was mailed to %(detail)s.")),
    "link_sent": (_lt("Link sent"), _lt("The current link was mailed at a visitor's request.")),
    "page_viewed": (_lt("Page viewed"), _lt("The payment page was viewed for the first time.")),
    "document_made": (
        _lt("Invoice printed"),
        _lt("The PDF of the invoice was made, because its payment page was viewed."),
    ),
    "receipt_mailed": (_lt("Receipt mailed"), _lt("The receipt was mailed to %(detail)s.")),
    "attempt": (_lt("Attempt"), _lt("A payment of %(amount)s was started at Mollie.")),
    "recovered": (
        _lt("Found again"),
        _lt("A payment of %(amount)s was missing here. Mollie has it, and it was made again."),
    ),
    "status": (_lt("Status"), _lt("Mollie reports: %(status)s.")),
    "webhook": (_lt("Webhook"), _lt("Mollie sent a message about this payment.")),
    "booked": (_lt("Booked"), _lt("%(amount)s was booked: %(detail)s.")),
    "booked_later": (
        _lt("Booked later"),
        _lt("%(amount)s was booked on %(day)s, because %(closed)s is closed."),
    ),
    "booking_failed": (
        _lt("Booking failed"),
        _lt("%(amount)s could not be booked: %(detail)s It is tried again by itself."),
    ),
    "booking_lost": (
        _lt("Booked again"),
        _lt("%(amount)s was booked, but somebody took it out (%(detail)s). It is booked again."),
    ),
    "held_back": (
        _lt("Draft"),
        _lt("%(amount)s is not in the books, for its payment is a draft: %(detail)s. Confirm it."),
    ),
    "booked_twice": (
        _lt("Booked twice"),
        _lt("%(amount)s was booked by itself and by hand: %(detail)s. Undo the one by hand."),
    ),
    "hand_payment_undone": (
        _lt("Undone by hand"),
        _lt("What was booked by hand was undone: %(detail)s."),
    ),
    "captured": (_lt("Capture"), _lt("The reserved amount was asked for at Mollie.")),
    "released": (_lt("Release"), _lt("The reserved amount was given up at Mollie.")),
    "reserved": (
        _lt("Reserved"),
        _lt(
            "%(amount)s was not captured so far, and is reserved until %(until)s. It is not asked"
            " for meanwhile."
        ),
    ),
    "not_reserved": (
        _lt("Not reserved"),
        _lt("Mollie had nothing to give up: %(amount)s is not reserved any more."),
    ),
    "given_up": (
        _lt("Given up"),
        _lt("The payment was given up, because Mollie does not know it with the connected key."),
    ),
    "test_reversed": (
        _lt("Test reversed"),
        _lt("The test payment of %(amount)s was taken out of the books: no money had come."),
    ),
    "withdrawn": (
        _lt("Withdrawn"),
        _lt("The attempt was cancelled at Mollie, because it asks for more than is due."),
    ),
    "credit": (_lt("Credit"), _lt("%(amount)s was not needed and is the customer's credit.")),
    "credit_used": (_lt("Credit used"), _lt("%(amount)s of the credit was used for %(detail)s.")),
    "credit_taken": (
        _lt("Credit taken"),
        _lt(
            "%(amount)s that came in for %(detail)s and was not needed there is used for this one."
        ),
    ),
    "capture": (_lt("Further capture"), _lt("Another %(amount)s was captured.")),
    "capture_failed": (
        _lt("Capture failed"),
        _lt("%(amount)s was not captured after all. Its booking was reversed."),
    ),
    "booking_replaced": (
        _lt("Booking replaced"),
        _lt("The booking of %(amount)s was replaced: %(detail)s was reversed."),
    ),
    "refund": (_lt("Refund"), _lt("Refund of %(amount)s: %(status)s.")),
    "refund_claimed": (
        _lt("Refund matched"),
        _lt("%(amount)s that was refunded already counts for credit note %(detail)s."),
    ),
    "replaced": (
        _lt("Replaced invoice"),
        _lt("This invoice replaces %(detail)s: the %(amount)s paid for that is used for it."),
    ),
    "chargeback": (_lt("Chargeback"), _lt("%(amount)s was charged back by the customer's bank.")),
    "chargeback_reversed": (
        _lt("Chargeback reversed"),
        _lt("The chargeback of %(amount)s was reversed: the money is back."),
    ),
    "mismatch": (
        _lt("Mismatch"),
        _lt("Mollie's payment does not match the transaction (%(detail)s). Nothing was changed."),
    ),
    "other_amount": (
        _lt("Other amount"),
        _lt("Mollie's payment brought %(amount)s, which is not what was asked for."),
    ),
    "other_amount_corrected": (
        _lt("Other amount corrected"),
        _lt("Mollie's payment did not bring %(amount)s after all. Its booking was reversed."),
    ),
    "error": (_lt("Error"), _lt("Mollie could not be asked: %(detail)s")),
    # Of the settings: what was, and what is now.
    "key_changed": (_lt("Key changed"), _lt("The API key was changed: %(detail)s")),
    "endpoint_changed": (
        _lt("Endpoint changed"),
        _lt("Where Odoo reaches Mollie was changed: %(detail)s"),
    ),
    "address_changed": (
        _lt("Address changed"),
        _lt("Where customers and Mollie reach Odoo was changed: %(detail)s"),
    ),
}
SOURCES = {
    "webhook": _lt("Webhook"),
    "return": _lt("Customer's return"),
    "cron": _lt("Scheduled check"),
    "user": _lt("User"),
    "pay": _lt("Payment page"),
    "repair": _lt("Repair"),
}

# What says nothing of money: it goes when nobody needs it any more to find out what went wrong.
TECHNICAL = (
    *("page_viewed", "webhook", "link_mailed", "link_sent"),
    *("document_made", "receipt_mailed", "error"),
)
# What is of no use to who looks how a payment went.
NOISE = ("webhook", "document_made")
MONTHS_PARAMETER = "invoice_mollie.technical_log_months"
MONTHS = 12
MOST_MONTHS = 120
# How many rows go at once.
FORGET_LIMIT = 10_000


class MolliePaymentLog(Undefaulted, Exported, models.Model):
    """What happened to an invoice's online payment, one row per event. Rows never change."""

    _name = "mollie.payment.log"
    _description = "Mollie Payment Log"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    transaction_id = fields.Many2one(
        "payment.transaction", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    event = fields.Selection(
        lambda self: [(event, self.env._(texts[0])) for event, texts in EVENTS.items()],
        required=True,
        readonly=True,
    )
    source = fields.Selection(
        lambda self: [(source, self.env._(text)) for source, text in SOURCES.items()],
        required=True,
        readonly=True,
    )
    mollie_reference = fields.Char("Mollie ID", readonly=True)
    mollie_status = fields.Char("Status at Mollie", readonly=True)
    mollie_method = fields.Char("Method at Mollie", readonly=True)
    status_name = fields.Char("Status", compute="_compute_status_name")
    method_name = fields.Char("Method", compute="_compute_method_name", compute_sudo=True)
    mode = fields.Selection(
        [("test", "Test"), ("live", "Live")], compute="_compute_mode", compute_sudo=True
    )
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    detail = fields.Char("Technical Detail", readonly=True)
    message = fields.Text(compute="_compute_message")
    # A person's name, if one pressed; else what woke the addon.
    who = fields.Char("By", compute="_compute_who", compute_sudo=True)
    # Whether the row before, of those that are shown, is about the same payment.
    is_continued = fields.Boolean(compute="_compute_is_continued")

    _failed_idx = models.Index("(create_date) WHERE event = 'status' AND mollie_status = 'failed'")
    _mismatch_idx = models.Index("(transaction_id) WHERE event = 'mismatch'")

    @api.depends("mollie_status")
    @api.depends_context("lang")
    def _compute_status_name(self):
        for row in self:
            row.status_name = status_name(self.env, row.mollie_status)

    @api.depends("mollie_method", "transaction_id.provider_id")
    def _compute_method_name(self):
        for row in self:
            row.method_name = row.transaction_id.provider_id._mollie_method_name(row.mollie_method)

    @api.depends("transaction_id.is_live")
    def _compute_mode(self):
        for row in self:
            tx = row.transaction_id
            row.mode = tx and ("live" if tx.is_live else "test")

    @api.depends("event", "detail", "amount", "currency_id", "mollie_status", "mollie_method")
    @api.depends_context("lang")
    def _compute_message(self):
        for row in self:
            sentence = self.env._(EVENTS[row.event][1]) if row.event in EVENTS else ""
            row.message = sentence % row._get_message_values()

    @api.depends("source", "create_uid")
    @api.depends_context("lang")
    def _compute_who(self):
        for row in self:
            is_user = row.source == "user"
            row.who = row.create_uid.name if is_user else self.env._(SOURCES[row.source])

    @api.depends("move_id", "transaction_id")
    def _compute_is_continued(self):
        for rows in self.grouped("move_id").values():
            before = self.browse()
            for row in rows.sorted("id"):
                row.is_continued = row.transaction_id == before.transaction_id
                before = row

    def _get_message_values(self):
        self.ensure_one()
        # Mollie's own reasons stay as they are.
        is_known_error = self.event == "error" and self.detail in ERROR_MESSAGES
        detail = self.env._(ERROR_MESSAGES[self.detail]) if is_known_error else self.detail
        reason = failure_message(self.env, self.detail) if self.event == "status" else ""
        return {
            "amount": self.currency_id.format(abs(self.amount)) if self.currency_id else "",
            "status": status_name(self.env, self.mollie_status)
            # What Mollie says ends in a dot, as does our sentence.
            + (f" ({reason.removesuffix('.')})" if reason else ""),
            "detail": detail or "",
            **self._get_days(),
        }

    def _get_days(self):
        """Return on which day money was booked, and which is closed, or until when it is reserved:
        as readers write them.
        """
        if self.event == "reserved":
            return {"until": format_datetime(self.env, self.detail, dt_format="short")}
        if self.event != "booked_later":
            return {}
        day, closed = self.detail.split()
        return {"day": format_date(self.env, day), "closed": format_date(self.env, closed)}

    @api.model
    def _search_other_databases(self, company):
        """Return the rows on payments that another database made, as long as nobody said that they
        are ours.

        :param company: whose key sees the payments; their invoices may be its branches'.
        """
        rows = self.search(
            [
                ("transaction_id.company_id", "=", company.id),
                ("event", "=", "mismatch"),
                ("detail", "=like", f"{DATABASE}%"),
            ]
        )
        ours = our_databases(self.env)
        return rows.filtered(lambda row: row._get_database() not in ours)

    def _get_database(self):
        return self.detail.removeprefix(DATABASE)

    @api.model
    def _append_change(self, event, companies, before, after):
        """Write for companies that a setting was changed: by whom and when, each row says.

        :param str before: what it was, as everybody may read it; empty if there was none. Of an
            address the log keeps no credentials.
        """
        detail = without_credentials(f"{before or '–'} → {after or '–'}")
        self._append(
            event, "user", [{"company_id": company.id, "detail": detail} for company in companies]
        )

    @api.model
    def _is_worth_a_row(self, moves, detail):
        """Return whether to write that something failed at Mollie: it was not said of these
        invoices within the hour, and not much else was.

        :param str detail: what the row would say.
        """
        hour = fields.Datetime.now() - timedelta(hours=1)
        domain = [("event", "=", "error"), ("move_id", "in", moves.ids), ("create_date", ">", hour)]
        said = self.sudo().search(domain).mapped("detail")
        return detail not in said and len(said) < FAILURES_PER_HOUR

    @api.model
    def _append(self, event, source, rows):
        """Write rows of one event: the one place where rows are made.

        :param str event: a key of `EVENTS`.
        :param str source: a key of `SOURCES`.
        :param list[dict] rows: the other values of each row.
        """
        if event not in EVENTS:
            raise ValueError(f"{event} has no words in EVENTS")
        # In sudo mode because nobody may write rows but through here.
        common = {"event": event, "source": source}
        return self.sudo().create([common | row for row in rows])

    @api.autovacuum
    def _gc_technical(self):
        """Forget technical rows after the time that the settings say; the others are evidence.

        :return: how many went, and how many are left, as Odoo's scheduler wants to know.
        """
        months = self.env["ir.config_parameter"].get_param(MONTHS_PARAMETER)
        now = fields.Datetime.now()
        old = fields.Datetime.subtract(now, months=_positive_number(months) or MONTHS)
        domain = [("event", "in", TECHNICAL), ("create_date", "<", old)]
        rows = self.search(domain, limit=FORGET_LIMIT, order="id")
        if rows:
            # Below the ORM, by which nobody deletes rows.
            self.env.cr.execute(SQL("DELETE FROM mollie_payment_log WHERE id IN %s", rows._ids))
            self.env.invalidate_all()
        return len(rows), self.search_count(domain, limit=1)

    def write(self, vals):  # pylint: disable=method-required-super
        """Refuse, whoever asks: the log is evidence."""
        raise AccessError(self.env._("The payment log can't be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The payment log can't be deleted."))


def _positive_number(text):
    """Return the number that an administrator typed; 0 if it is none."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() else 0
