"""What the gateway lets in: fields of Mollie's answers that are not what they should be."""

from odoo.addons.invoice_mollie.gateway import MollieUnavailable

from tests.odoo.cases.gateway import GatewayCase

# What Mollie's optional fields become.
OPTIONAL_FIELDS = {
    "method": "method",
    "details": "failure",
    "expiresAt": "expires_at",
    "paidAt": "paid_at",
    "captureBefore": "capture_before",
    "isCancelable": "is_cancelable",
    "_links": "checkout_url",
}


class TestAnswers(GatewayCase):
    """Fields of Mollie's answers that are not what they should be."""

    def answer(self, **fields):
        payment_id = self.create(key=repr(fields)).id
        self.sandbox.tamper(payment_id, fields)
        return self.gateway.get_payment(payment_id)

    def test_an_odd_optional_field_counts_as_absent(self):
        for name, attribute in OPTIONAL_FIELDS.items():
            for odd in (None, 5, ["x"], "x" if name in ("details", "isCancelable") else 1.5):
                with self.subTest(name, odd=odd):
                    self.assertFalse(getattr(self.answer(**{name: odd}), attribute))

    def test_each_piece_of_money_has_its_moment(self):
        common = {"amount": {"currency": "EUR", "value": "1.00"}, "createdAt": "2026-09-30T23:00Z"}
        answer = self.answer(
            paidAt="2026-09-29T08:00:00.5+02:00",
            _embedded={
                "captures": [common | {"id": "cpt_1", "status": "succeeded"}],
                "refunds": [common | {"id": "re_1", "status": "refunded"}],
                "chargebacks": [common | {"id": "chb_1", "reversedAt": "2026-10-02T00:30:00Z"}],
            },
        )
        self.assertEqual(str(answer.paid_at), "2026-09-29 06:00:00")
        for item in (*answer.captures, *answer.refunds, *answer.chargebacks):
            self.assertEqual(str(item.created_at), "2026-09-30 23:00:00")
        self.assertEqual(str(answer.chargebacks[0].reversed_at), "2026-10-02 00:30:00")

    def test_an_odd_moment_of_money_counts_as_none_and_loses_no_money(self):
        common = {"amount": {"currency": "EUR", "value": "1.00"}, "createdAt": 5}
        chargeback = common | {"id": "chb_1", "reversedAt": "yesterday"}
        (found,) = self.answer(_embedded={"chargebacks": [chargeback]}).chargebacks
        self.assertEqual((found.created_at, found.reversed_at), (None, None))
        self.assertTrue(found.is_reversed)

    def test_a_chargeback_with_an_empty_moment_was_not_reversed(self):
        amount = {"currency": "EUR", "value": "1.00"}
        for empty in ("", None, [], 5):
            chargeback = {"id": "chb_1", "amount": amount, "reversedAt": empty}
            (found,) = self.answer(_embedded={"chargebacks": [chargeback]}).chargebacks
            self.assertFalse(found.is_reversed)

    def test_only_texts_of_the_details_are_kept(self):
        details = {"failureMessage": "No\nfunds", "cardLabel": 5, "bankName": ["x"]}
        long = {"bankAccount": "y" * 900}
        payment = self.answer(method="banktransfer", details=details | long)
        self.assertEqual((payment.failure, payment.card), ("No funds", ""))
        self.assertEqual(payment.transfer, (("bankAccount", "y" * 500),))

    def test_texts_can_be_stored_whatever_they_hold(self):
        payment = self.answer(method="a\x00b\ud800c\x1b[1m", metadata={"reference": "\x85y"})
        self.assertEqual(payment.method, "a b c [1m")
        self.assertEqual(payment.owner.reference, " y")

    def test_odd_sums_of_money_are_no_answer(self):
        """ASVS 15.3.5."""
        for name in ("amountRemaining", "amountRefunded", "amountCaptured", "amountChargedBack"):
            for odd in (5, "5.00", {"value": 5, "currency": "EUR"}, {"value": "NaN"}, [], {}):
                with self.subTest(name, odd=odd), self.assertRaises(MollieUnavailable):
                    self.answer(**{name: odd})

    def test_captures_of_more_than_was_reserved_are_no_answer(self):
        """What was booked then was whatever the capture said."""
        captures = [
            {"id": f"cpt_{number}", "status": "succeeded", "amount": self.amount("60.00")}
            for number in (1, 2)
        ]
        authorized = {"amount": self.amount("100.00"), "_embedded": {"captures": captures}}
        with self.assertRaises(MollieUnavailable):
            self.answer(**authorized)
        captures[0]["status"] = "failed"
        self.assertEqual(len(self.answer(**authorized).captures), 2)

    def amount(self, value):
        return {"currency": "EUR", "value": value}

    def test_odd_refunds_are_no_answer(self):
        amount = {"currency": "EUR", "value": "1.00"}
        good = {"id": "re_x", "amount": amount, "status": "refunded"}
        self.assertEqual(self.answer(_embedded={"refunds": [good]}).refunds[0].id, "re_x")
        for embedded in (
            [good],
            {"refunds": good},
            {"refunds": [None]},
            {"refunds": [good | {"id": "tr_x"}]},
            {"refunds": [good | {"status": None}]},
            {"refunds": [good | {"amount": "1.00"}]},
            {"chargebacks": [{"id": "chb_x"}]},
            {"chargebacks": [{"id": "chb_x/..", "amount": amount}]},
        ):
            with self.subTest(embedded), self.assertRaises(MollieUnavailable):
                self.answer(_embedded=embedded)

    def test_what_is_odd_in_a_list_does_not_hide_the_others(self):
        first, second = self.create("key-1").id, self.create("key-2").id
        self.sandbox.tamper(second, {"status": None})
        self.assertEqual([payment.id for payment in self.gateway.list_payments(5)], [first])

    def test_limits_that_cannot_be_read_are_none(self):
        methods = [
            {"id": "ideal", "description": "iDEAL", "minimumAmount": 5, "maximumAmount": {}},
            {"id": 5},
            "x",
            None,
        ]
        self.sandbox.fault("lie", fields={"_embedded": {"methods": methods}})
        (method,) = self.gateway.methods()
        self.assertEqual((method.id, method.minimum, method.maximum), ("ideal", None, None))
