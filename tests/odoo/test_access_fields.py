"""Who may read and write what: every field of ours × every role.

Fields are found by introspection: a new one fails until it is listed here.
"""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.service.model import call_kw

from tests.common import TEST_KEY
from tests.odoo.cases.roles import (
    ADMINISTRATORS,
    BILLING,
    EVERYBODY,
    MANAGERS,
    MODULE,
    NOBODY,
    READERS,
    ROLES,
    TRANSACTIONS,
    AccessCase,
)

# Who reads each field of ours, and who writes it over RPC.
FIELDS = {
    "account.move": {
        "mollie_link_ids": (READERS, NOBODY),
        "mollie_log_ids": (READERS, NOBODY),
        "mollie_story_ids": (READERS, NOBODY),
        "mollie_payment_link": (READERS, NOBODY),
        "mollie_payment_state": (READERS, NOBODY),
        "mollie_progress": (READERS, NOBODY),
        "mollie_situation": (READERS, NOBODY),
        "mollie_summary": (READERS, NOBODY),
        "mollie_has_due": (READERS, NOBODY),
        "mollie_is_test": (READERS, NOBODY),
        "mollie_can_create_link": (BILLING, NOBODY),
        "mollie_can_refund": (READERS, NOBODY),
        "mollie_credit": (BILLING, NOBODY),
        "mollie_hand_payment": (BILLING, NOBODY),
        "mollie_twin_payment": (BILLING, NOBODY),
        "mollie_can_refund_credit": (BILLING, NOBODY),
        "mollie_replaced_id": (READERS, NOBODY),
        "mollie_payer_ids": (MANAGERS, NOBODY),
        "mollie_refund_words": (READERS, NOBODY),
        "mollie_is_refunding": (READERS, NOBODY),
        "mollie_refund_log_ids": (READERS, NOBODY),
    },
    "account.move.send.wizard": {
        "mollie_can_have_link": (BILLING, NOBODY),
        "mollie_with_link": (BILLING | {"stranger"},) * 2,
    },
    # Whose dialog it is.
    "mollie.link.result": dict.fromkeys(
        ("ready_ids", "row_ids", "ready_count", "refused_count"), ({"clerk"}, NOBODY)
    ),
    "mollie.link.result.row": dict.fromkeys(
        ("result_id", "move_id", "partner_id", "reason"), ({"clerk"}, NOBODY)
    ),
    "mollie.link.share": {"move_id": ({"clerk"}, {"clerk"})}
    | dict.fromkeys(("url", "phone", "text", "ways"), ({"clerk"}, NOBODY))
    # Drawn anew whenever it is read, and never kept: it seems to have been written.
    | {"qr_code": ({"clerk"}, {"clerk"})},
    # Core's own, which a copy does not have.
    "account.payment": {
        "payment_transaction_id": (READERS, NOBODY),
        "mollie_is_test": (READERS, NOBODY),
    },
    # Who reads a to-do reads its text; what it is found by is nobody's business.
    "mail.activity": dict.fromkeys(
        ("mollie_need", "mollie_transaction_id", "mollie_facts"), (NOBODY, NOBODY)
    ),
    "mollie.comparison": dict.fromkeys(
        (
            "company_id",
            "provider_id",
            "compared",
            "movement_count",
            "sums",
            "difference_count",
            "summary",
            "started",
            "step",
            "position",
            "found_count",
            "found_sums",
            "found_elsewhere",
            "elsewhere_count",
            "error",
            "reconciled",
        ),
        (READERS, NOBODY),
    )
    | {"seen_ids": ({"admin"}, NOBODY)},
    "mollie.difference": dict.fromkeys(
        (
            "company_id",
            "provider_id",
            "mollie_reference",
            "kind",
            "reason",
            "advice",
            "summary",
            "transaction_id",
            "move_id",
            "payment_id",
            "line_id",
            "account_id",
            "currency_id",
            "amount_mollie",
            "amount_booked",
            "difference",
            "since",
            "compared",
            "told",
            "is_confirmed",
            "can_book",
        ),
        (READERS, NOBODY),
    ),
    # Only who looked: the administrator of the tests.
    "mollie.health": dict.fromkeys(
        ("company_id", "status", "bad_count", "row_ids", "report"), ({"admin"}, NOBODY)
    ),
    "mollie.health.row": dict.fromkeys(
        ("health_id", "name", "status", "what", "mend", "button", "model", "records"),
        ({"admin"}, NOBODY),
    ),
    # Counts visitors: nobody's business.
    "mollie.link.request": dict.fromkeys(("number", "token", "visitor"), (NOBODY, NOBODY)),
    "mollie.notice": {"transaction_id": (NOBODY, NOBODY), "is_of_books": (NOBODY, NOBODY)},
    "mollie.limit": dict.fromkeys(("kind", "who", "number", "moment"), (NOBODY, NOBODY)),
    "mollie.payment.link": {
        "token": ({"admin"}, NOBODY),
        "move_id": (READERS, NOBODY),
        "company_id": (READERS, NOBODY),
        "state": (READERS, NOBODY),
        "first_viewed": (READERS, NOBODY),
        "last_mailed": (READERS, NOBODY),
        "attempt_count": (READERS, NOBODY),
    },
    # The dialog of who opened it.
    "payment.refund.wizard": {
        "mollie_invoice_id": (BILLING | {"stranger"},) * 2,
        "mollie_credit": (BILLING | {"stranger"}, NOBODY),
        "mollie_arrival": (BILLING | {"stranger"}, NOBODY),
    },
    "mollie.credit.use": {"move_id": ({"clerk"}, {"clerk"})}
    | dict.fromkeys(("credit", "open_ids"), ({"clerk"}, NOBODY)),
    "mollie.repair": dict.fromkeys(
        ("date_from", "date_to", "state", "position", "count", "elsewhere_count"),
        (MANAGERS, MANAGERS),
    )
    # Not another company's.
    | dict.fromkeys(("company_id", "line_ids", "summary"), (MANAGERS, NOBODY)),
    "mollie.repair.line": dict.fromkeys(
        ("repair_id", "mollie_reference", "move_id", "currency_id", "amount", "outcome", "why"),
        (MANAGERS, NOBODY),
    ),
    "mollie.payment.log": dict.fromkeys(
        (
            "company_id",
            "move_id",
            "transaction_id",
            "event",
            "source",
            "mollie_reference",
            "mollie_status",
            "mollie_method",
            "method_name",
            "status_name",
            "mode",
            "amount",
            "currency_id",
            "detail",
            "message",
            "who",
            "is_continued",
        ),
        (READERS, NOBODY),
    ),
    "payment.provider": {
        "mollie_profile_name": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_profile_id": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_methods": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_icons": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_place": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_key_refused": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_failures": (ADMINISTRATORS, ADMINISTRATORS),
        "mollie_failed_at": (ADMINISTRATORS, ADMINISTRATORS),
    },
    "payment.transaction": dict.fromkeys(
        (
            "mollie_link_id",
            "mollie_kind",
            "mollie_given_up",
            "mollie_made_as",
            "mollie_profile",
            "mollie_status",
            "mollie_method",
            "mollie_status_name",
            "mollie_method_name",
            "mollie_checkout_url",
            "mollie_expires_at",
            "mollie_fee_estimate",
            "mollie_paid_at",
            "mollie_failure",
            "mollie_transfer",
            "mollie_next_check",
            "mollie_receipt_mailed",
            "mollie_amount_remaining",
            "mollie_amount_refunded",
            "mollie_amount_charged_back",
            "mollie_of_credit",
            "mollie_amount_captured",
            "mollie_amount_reserved",
            "mollie_reserved_until",
            "mollie_mismatch",
            "mollie_booking_error",
            "mollie_unknown",
            "mollie_asked",
            "mollie_is_heard",
        ),
        (TRANSACTIONS, NOBODY),
    )
    | dict.fromkeys(
        ("mollie_return_token", "mollie_webhook_token", "mollie_receipt_token"),
        ({"admin", "system"}, NOBODY),
    )
    # Invoices: for those who see them, too.
    | {"mollie_opened_ids": (BILLING, NOBODY)},
    # No secrets: how links are made, and whether customers may type an amount, or get receipts.
    "res.company": dict.fromkeys(
        (
            "mollie_link_creation",
            "mollie_other_amount",
            "mollie_minimum_amount",
            "mollie_mail_receipt",
            "mollie_receipt_days",
        ),
        (EVERYBODY, ADMINISTRATORS),
    )
    | dict.fromkeys(("mollie_address", "mollie_health_token"), (ADMINISTRATORS, ADMINISTRATORS))
    | {"mollie_provider_id": (ADMINISTRATORS, NOBODY)},
}
# Fields that only exist while the settings are open, and who opens them.
SETTINGS = {
    "mollie_link_creation",
    "mollie_api_key",
    "mollie_other_amount",
    "mollie_minimum_amount",
    "mollie_mail_receipt",
    "mollie_receipt_days",
    "mollie_provider_id",
    "mollie_provider_state",
    "mollie_profile_name",
    "mollie_journal_id",
    "mollie_method_names",
    "mollie_kept_key",
    "mollie_is_reachable",
    "mollie_is_copy",
    "mollie_is_live",
    "mollie_is_off",
    "mollie_key_refused",
    "mollie_log_months",
    "mollie_missing_messages",
    "mollie_languages",
    "mollie_last_message",
    "mollie_address",
    "mollie_changed_address",
    "mollie_open_payments",
    "mollie_connect_anyway",
    "mollie_other_databases",
    "mollie_test_money",
    "mollie_health_url",
    "mollie_shared_with",
    "mollie_webhook_address",
}
AUTOMATIC = {"id", "display_name", "create_uid", "create_date", "write_uid", "write_date"}


class TestFields(AccessCase):
    def our_fields(self, model):
        return {
            name
            for name, field in self.env[model]._fields.items()
            if MODULE in (field._modules or ()) and name not in AUTOMATIC
        }

    def test_every_field_of_ours_is_listed(self):
        """Attacks C7."""
        # A bank statement's line has the fields of its entry, by inheritance.
        found = {model: self.our_fields(model) for model in self.env}
        found["account.bank.statement.line"] -= found["account.move"]
        found = {model: names for model, names in found.items() if names}
        listed = {model: set(fields) for model, fields in FIELDS.items()}
        self.assertEqual(found, listed | {"res.config.settings": SETTINGS})

    def test_each_role_reads_what_it_may_and_no_more(self):
        """Attacks C7: by `read`, and by the form's and the list's own requests. ASVS 8.2.3."""
        for model, fields in FIELDS.items():
            for name, (readers, _writers) in fields.items():
                with self.subTest(model, field=name):
                    record = self.records[model]
                    self.assertEqual(self.who_may(record, "read", [name]), readers)
                    self.assertEqual(self.who_may(record, "web_read", {name: {}}), readers)

    def test_no_role_writes_what_only_mollie_or_the_addon_may_say(self):
        """Attacks C6, D3, E6: a clerk must not send customers elsewhere."""
        for model, fields in FIELDS.items():
            for name, (_readers, writers) in fields.items():
                with self.subTest(model, field=name):
                    found = {role for role in ROLES if self.writes(role, model, name)}
                    self.assertEqual(found, writers)

    def writes(self, role, model, name):
        """Return whether a role can change a field over RPC; the change is undone."""
        record = self.records[model]
        before = record[name]
        with self.env.cr.savepoint() as savepoint:
            try:
                self.call(role, record, "write", {name: self.other_value(record, name)})
                self.env.flush_all()
                self.env.invalidate_all()
                return record[name] != before
            except AccessError:
                return False
            finally:
                savepoint.rollback()
                self.env.invalidate_all()

    def other_value(self, record, name):
        """Return a value for the field that it has not now."""
        field = record._fields[name]
        makers = {
            "boolean": lambda: not record[name],
            "date": lambda: "2001-01-01",
            "datetime": lambda: "2001-01-01 00:00:00",
            "float": lambda: record[name] + 1,
            "integer": lambda: record[name] + 1,
            "many2many": lambda: [Command.set(self.another(record[name]).ids)],
            "json": lambda: {"bankAccount": "NL00EVIL0000000000"},
            "many2one": lambda: self.another(record[name]).id,
            "monetary": lambda: record[name] + 1,
            "one2many": lambda: [Command.clear()],
            "selection": lambda: next(
                value for value in field.get_values(self.env) if value != record[name]
            ),
        }
        return makers.get(field.type, lambda: "https://evil.example")()

    def another(self, record):
        return record.sudo().search([("id", "not in", record.ids)], limit=1)

    def test_no_role_makes_or_deletes_what_only_the_addon_may(self):
        """Attacks C6: links and rows of the log, also through the invoice."""
        for model, name in (
            ("mollie.payment.link", "mollie_link_ids"),
            ("mollie.payment.log", "mollie_log_ids"),
        ):
            record = self.records[model]
            values = {
                "move_id": self.invoice.id,
                "company_id": self.company.id,
                "event": "booked",
                "source": "user",
            }
            values = {key: value for key, value in values.items() if key in record._fields}
            for command in (
                Command.create(values),
                Command.update(record.id, {"company_id": self.company.id}),
                Command.delete(record.id),
                Command.unlink(record.id),
            ):
                with self.subTest(model, command=command):
                    self.assertEqual(self.who_may(self.invoice, "write", {name: [command]}), NOBODY)
            with self.subTest(model):
                self.assertEqual(self.who_may(record.browse(), "web_save", values, {}), NOBODY)
                self.assertEqual(self.who_may(record, "unlink"), NOBODY)
                self.assertEqual(self.who_may(record, "copy"), NOBODY)

    def test_a_secret_cannot_be_guessed_piece_by_piece(self):
        """Attacks C7: search by prefix, also along relations; groups, order, export, names."""
        token = self.tx.mollie_link_id.token
        self.company._mollie_renew_health_token()
        guesses = {
            "mollie.payment.link": ("token", token, {"admin"}),
            "account.move": ("mollie_link_ids.token", token, {"admin"}),
            "payment.transaction": ("mollie_link_id.token", token, {"admin"}),
            "payment.provider": ("mollie_api_key", TEST_KEY, ADMINISTRATORS),
            "res.company": (
                "mollie_health_token",
                self.company.mollie_health_token,
                ADMINISTRATORS,
            ),
        }
        for model, (path, secret, allowed) in guesses.items():
            domain = [(path, "=like", f"{secret[:8]}%")]
            with self.subTest(model):
                self.assertEqual({r for r in ROLES if self.finds(r, model, domain)}, allowed)
                for method, *args in self.questions(path):
                    told = {r for r in ROLES if secret in self.answer(r, model, method, args)}
                    self.assertLessEqual(told, allowed, method)
                    self.assertIn("admin", told, method)

    def test_who_sees_one_company_sees_no_rows_of_ours_of_another(self):
        """A model that users read has a rule, of its own or of one's own rows. ASVS 8.2.2."""
        readable = self.env["ir.model.access"].search(
            [("model_id.model", "=like", "mollie.%"), ("perm_read", "=", True)]
        )
        rules = self.env["ir.rule"].search([("model_id", "in", readable.model_id.ids)])
        self.assertFalse((readable.model_id - rules.model_id).mapped("model"))

    def questions(self, path):
        """Return the calls that could tell what stands in a field."""
        name, _dot, inner = path.partition(".")
        specification = {name: {"fields": {inner: {}}} if inner else {}}
        yield "web_search_read", [], specification
        if not inner:
            yield "search_read", [], [name]
            yield "formatted_read_group", [], [name], ["__count"]

    def finds(self, role, model, domain):
        """Return whether a search tells the role that the domain is true."""
        return self.answer(role, model, "search_count", [domain]) not in ("", "0")

    def answer(self, role, model, method, args):
        self.env.invalidate_all()
        try:
            return str(call_kw(self.env[model].with_user(self.users[role]), method, args, {}))
        except AccessError:
            return ""
