"""Pay-later methods: offered when who pays and for what is known, and never in the way."""

from tests.common import MollieCase

PERSON = {
    "name": "Anna Maria Jansen",
    "email": "anna@example.com",
    "street": "Dorpsstraat 1",
    "zip": "3511 AA",
    "city": "Utrecht",
}


class TestPayLater(MollieCase):
    def setUp(self):
        super().setUp()
        self.customer = self.env["res.partner"].create(
            PERSON | {"country_id": self.env.ref("base.nl").id}
        )

    def body(self):
        """Press Pay; return what Mollie was asked for."""
        self.sandbox.clear_requests()
        self.start_payment(self.make_invoice(121.0))
        return self.sandbox.requests(method="POST")[-1]["body"]

    def test_a_person_with_an_address_is_offered_them(self):
        body = self.body()
        self.assertEqual(
            body["billingAddress"],
            {
                "givenName": "Anna Maria",
                "familyName": "Jansen",
                "email": "anna@example.com",
                "streetAndNumber": "Dorpsstraat 1",
                "postalCode": "3511 AA",
                "city": "Utrecht",
                "country": "NL",
            },
        )
        (line,) = body["lines"]
        self.assertEqual(line["totalAmount"], {"currency": "EUR", "value": "121.00"})

    def test_a_companys_contact_is_named_with_the_company(self):
        company = self.env["res.partner"].create({"name": "Jansen B.V.", "is_company": True})
        self.customer.parent_id = company
        self.assertEqual(self.body()["billingAddress"]["organizationName"], "Jansen B.V.")

    def test_without_one_of_the_data_nothing_of_them_leaves(self):
        for missing in ("street", "zip", "city", "country_id", "email"):
            with self.subTest(missing):
                self.customer = self.customer.copy({missing: False})
                self.assertFalse({"billingAddress", "lines"} & self.body().keys())
        for name in ("Jansen", " "):
            with self.subTest(name):
                self.customer = self.customer.copy(PERSON | {"name": name})
                self.assertNotIn("billingAddress", self.body())

    def test_a_company_is_offered_none(self):
        self.customer.is_company = True
        self.assertFalse({"billingAddress", "lines"} & self.body().keys())

    def test_an_address_that_mollie_refuses_keeps_nobody_from_paying(self):
        self.customer.email = "anna@localhost"
        invoice = self.make_invoice(121.0)
        tx = self.start_payment(invoice)
        refused, accepted = self.sandbox.requests(method="POST")
        self.assertIn("billingAddress", refused["body"])
        self.assertNotIn("billingAddress", accepted["body"])
        self.sandbox.set_status(tx.provider_reference, "paid", method="ideal")
        self.deliver_webhooks()
        self.assertEqual(invoice.amount_residual, 0)

    def test_a_refusal_that_no_address_caused_is_not_asked_for_again(self):
        self.customer.street = False
        self.sandbox.fault("422", method="POST", times=2)
        self.press_pay(self.make_link(self.make_invoice(121.0)))
        self.assertEqual(len(self.sandbox.requests(method="POST")), 1)

    def test_a_repeated_request_is_the_same_one_whatever_became_of_the_address(self):
        """Attacks G7: Mollie makes one payment."""
        invoice = self.make_invoice(121.0)
        path = self.make_link(invoice)
        self.sandbox.fault("cut-after", method="POST")
        self.press_pay(path)
        self.customer.street = "Kerkstraat 2"
        self.press_pay(path)
        self.assertEqual(len(self.sandbox.payments()), 1)

    def test_a_reserved_amount_can_be_paid_later_and_captured(self):
        invoice = self.make_invoice(121.0)
        tx = self.pay(invoice, "authorized", method="klarna")
        self.assertEqual(tx.state, "authorized")
        invoice.with_user(self.clerk).payment_action_capture()
        self.sandbox.advance(minutes=2)
        self.deliver_webhooks()
        self.assertEqual(invoice.amount_residual, 0)
