"""The id in a webhook: only the one that the token belongs to counts, and only in the body."""

from tests.odoo.cases.bad_input import BadInputCase


class TestIds(BadInputCase):
    def setUp(self):
        super().setUp()
        self.invoice = self.make_invoice()
        self.tx = self.start_payment(self.invoice)
        self.sandbox.set_status(self.tx.provider_reference, "paid", webhook=False)

    def test_an_id_that_is_not_the_tokens_own_is_not_asked_for(self):
        """Attacks E11, E12, A2: nothing, and the same answer as to a stranger."""
        own, path = self.tx.provider_reference, self.webhook_path(self.tx)
        stranger = self.fingerprint(self.post_webhook("/mollie/webhook/x", own))
        bodies = [
            {"id": bad}
            for bad in (
                "",
                "0",
                "tr_",
                "tr_unknown",
                own[:-1],
                own + "x",
                own.swapcase(),
                f"{own}/../../organizations/me",
                f"{own}/refunds",
                f"{own}?embed=x",
                f"{own}#",
                f"{own}\x00",
                f"{own}\r\nX-Evil: 1",
                f" {own}",
                f"{own} ",
                "tr_x/../../organizations/me",
                "../../v2/payments/" + own,
                "ord_x",
                "re_x",
                "１",
                "é" * 10,
                # More is refused by its length, of whomever it is.
                "x" * 4_000,
            )
        ]
        bodies += [
            {},
            {"ID": own},
            {"id[]": own},
            {"id[0]": own},
            {"payment_id": own},
            {"status": "paid"},
            {"id": [own, "tr_other"]},
            {"id": ["tr_other", own]},
            {"id": [own, own]},
        ]
        for body in bodies:
            with self.subTest(str(body)[:80]):
                answer = self.assert_nothing_happens(
                    lambda body=body: self.request("POST", path, data=body)
                )
                self.assertEqual(self.fingerprint(answer), stranger)

    def test_the_id_counts_in_the_body_only(self):
        """Attacks E12: in the query, in both, as JSON, as a file. ASVS 15.3.7."""
        own, path = self.tx.provider_reference, self.webhook_path(self.tx)
        for kwargs in (
            {"params": {"id": own}, "data": {"x": "1"}},
            {"params": {"id": own}, "data": {"id": "tr_other"}},
            {"json": {"id": own}},
            {"files": {"id": ("id", own.encode())}},
            {"data": own.encode()},
            {"data": f"id={own}".encode(), "headers": {"Content-Type": "text/plain"}},
            {"data": b"\xff\xfe\x00id=" + own.encode()},
        ):
            with self.subTest(str(kwargs)):
                answer = self.assert_nothing_happens(
                    lambda kwargs=kwargs: self.request("POST", path, **kwargs)
                )
                self.assertEqual((answer.status_code, answer.text), (200, ""))

    def test_what_a_request_claims_about_a_payment_is_ignored(self):
        """Attacks A2, A6: only Mollie's word counts."""
        self.sandbox.set_status(self.tx.provider_reference, "open", webhook=False)
        claim = self.sandbox.payment(self.tx.provider_reference) | {"status": "paid"}
        claim = {name: str(value) for name, value in claim.items()}
        paths = {
            self.webhook_path(self.tx): "POST",
            self.return_path(self.tx): "GET",
            f"/mollie/pay/{self.tx.mollie_link_id.token}": "POST",
        }
        for path, method in paths.items():
            name = "data" if method == "POST" else "params"
            self.request(method, path, **{name: claim | {"payment_status": "paid"}})
            self.env.invalidate_all()
            self.assertEqual((self.tx.state, self.invoice.amount_residual), ("draft", 100))
