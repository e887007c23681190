"""The customer portal: one Pay button, core's dialog one step behind, and nothing for strangers."""

import re

from lxml import html

from tests.common import LIVE_KEY, MollieCase, path_of


class PortalCase(MollieCase):
    def setUp(self):
        super().setUp()
        self.user = self.make_user("portal", "base.group_portal")
        self.user.partner_id = self.customer
        self.authenticate("mollie_portal", "mollie_portal")

    def page(self, path):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200)
        self.env.invalidate_all()
        return html.fromstring(response.text)

    def invoice_page(self, invoice, more=""):
        token = invoice._portal_ensure_token()
        return self.page(f"/my/invoices/{invoice.id}?access_token={token}{more}")

    def pay_buttons(self, page):
        """Return the addresses of our buttons."""
        return page.xpath("//a[contains(@class, 'o_mollie_pay')]/@href")

    def core_buttons(self, page):
        """Return core's: one opens the dialog, the list's leads to the page and opens it there."""
        return page.xpath("//a[@data-bs-target='#pay_with' or @title='Pay Now']")

    def publish_another_provider(self):
        """Return a provider for bank transfers that customers may use."""
        provider = self.env.ref("payment.payment_provider_transfer")
        provider.write({"state": "enabled", "is_published": True})
        return provider

    def disconnect(self):
        self.provider.write({"state": "disabled", "mollie_api_key": False})


class TestPortal(PortalCase):
    def test_each_invoice_in_the_list_that_can_be_paid_has_one_button_to_its_pay_page(self):
        invoices = self.make_invoice() + self.make_invoice(20.0)
        paid = self.make_invoice()
        self.receive_by_bank(paid, 100.0)
        refund = self.make_invoice(move_type="out_refund")
        page = self.page("/my/invoices")
        self.assertEqual(set(self.pay_buttons(page)), set(invoices.mapped("mollie_payment_link")))
        self.assertFalse(self.core_buttons(page))
        self.assertFalse((paid + refund).mollie_link_ids)
        for link in self.pay_buttons(page):
            self.assertEqual(self.get(path_of(link)).status_code, 200)

    def test_the_invoices_page_has_one_button_and_cores_is_gone(self):
        invoice = self.make_invoice()
        self.publish_another_provider()
        page = self.invoice_page(invoice)
        self.assertEqual(self.pay_buttons(page), [invoice.mollie_payment_link])
        self.assertFalse(self.core_buttons(page))

    def test_it_is_the_link_that_the_clerk_made(self):
        invoice = self.make_invoice()
        path = self.make_link(invoice)
        (url,) = self.pay_buttons(self.invoice_page(invoice))
        self.assertEqual(path_of(url), path)

    def test_a_paid_invoice_has_no_button(self):
        invoice = self.make_invoice()
        self.pay(invoice)
        page = self.invoice_page(invoice)
        self.assertFalse(self.pay_buttons(page) + self.core_buttons(page))

    def test_a_payment_under_way_can_be_looked_at_and_is_not_advertised_again(self):
        invoice = self.make_invoice()
        tx = self.pay(invoice, "pending", method="paypal")
        self.get(self.return_path(tx))
        for page in (self.invoice_page(invoice), self.page("/my/invoices")):
            (button,) = page.xpath("//a[contains(@class, 'o_mollie_pay')]")
            self.assertEqual(button.text_content().strip(), "See payment")
            self.assertNotIn("btn-primary", button.get("class"))

    def test_a_company_without_mollie_keeps_cores_button_and_dialog(self):
        self.disconnect()
        self.publish_another_provider()
        invoice = self.make_invoice()
        page = self.invoice_page(invoice)
        self.assertEqual(len(self.core_buttons(page)), 1)
        self.assertTrue(page.xpath("//*[@id='pay_with']//form[@id='o_payment_form']"))
        listing = self.page("/my/invoices")
        self.assertEqual(len(self.core_buttons(listing)), 1)
        self.assertFalse(self.pay_buttons(page) + self.pay_buttons(listing))
        self.assertFalse(invoice.mollie_link_ids)

    def test_the_pay_page_leads_to_cores_dialog_with_the_other_ways_only(self):
        self.connect(LIVE_KEY)
        transfer = self.publish_another_provider()
        invoice = self.make_invoice()
        pay_page = html.fromstring(self.get(self.make_link(invoice)).text)
        (other,) = pay_page.xpath("//a[text()='Other ways to pay']/@href")
        page = self.page(other)
        # Core's script opens the dialog if this says so.
        self.assertEqual(page.xpath("//*[@id='portal_pay']/@data-payment"), ["True"])
        offered = set(
            page.xpath("//*[@id='pay_with']//input[@name='o_payment_radio']/@data-provider-id")
        )
        self.assertEqual(offered, {str(transfer.id)})

    def test_without_another_provider_there_is_no_other_way(self):
        self.connect(LIVE_KEY)
        response = self.get(self.make_link(self.make_invoice()))
        self.assertNotIn("Other ways to pay", response.text)
        self.publish_another_provider().is_published = False
        response = self.get(self.make_link(self.make_invoice()))
        self.assertNotIn("Other ways to pay", response.text)

    def test_a_provider_that_cannot_take_the_invoice_is_no_other_way(self):
        transfer = self.publish_another_provider()
        path = self.make_link(self.make_invoice(100.0))
        transfer.available_currency_ids = self.env.ref("base.USD")
        self.assertNotIn("Other ways to pay", self.get(path).text)
        transfer.available_currency_ids += self.env.ref("base.EUR")
        self.assertIn("Other ways to pay", self.get(path).text)
        transfer.maximum_amount = 1.0
        self.assertNotIn("Other ways to pay", self.get(path).text)
        transfer.write({"maximum_amount": 0, "available_country_ids": self.env.ref("base.be")})
        self.customer.country_id = self.env.ref("base.nl")
        self.assertNotIn("Other ways to pay", self.get(path).text)
        self.customer.country_id = self.env.ref("base.be")
        self.assertIn("Other ways to pay", self.get(path).text)

    def test_where_core_shows_no_dialog_there_is_no_other_way(self):
        self.publish_another_provider()
        path = self.make_link(self.make_invoice())
        self.assertIn("Other ways to pay", self.get(path).text)
        self.env["ir.config_parameter"].set_param("account_payment.enable_portal_payment", "False")
        self.assertNotIn("Other ways to pay", self.get(path).text)

    def test_an_older_link_of_cores_still_opens_a_dialog_that_can_pay(self):
        self.connect(LIVE_KEY)
        invoice = self.make_invoice()
        page = self.invoice_page(invoice, "&payment=True")
        self.assertEqual(page.xpath("//*[@id='portal_pay']/@data-payment"), ["True"])
        self.assertTrue(page.xpath("//*[@id='pay_with']//input[@name='o_payment_radio']"))

    def test_pay_overdue_leads_to_the_pay_page(self):
        invoice = self.make_invoice(invoice_date_due="2026-01-31")
        response = self.url_open("/my/invoices/overdue", allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual(response.headers["Location"], invoice.mollie_payment_link)

    def test_pay_overdue_leads_to_the_list_of_several(self):
        overdue = self.make_invoice(invoice_date_due="2026-01-31")
        overdue += self.make_invoice(invoice_date_due="2026-01-31")
        self.make_invoice()
        page = self.page("/my/invoices/overdue")
        self.assertEqual(set(self.pay_buttons(page)), set(overdue.mapped("mollie_payment_link")))

    def test_pay_overdue_without_mollie_is_cores(self):
        self.disconnect()
        self.publish_another_provider()
        self.make_invoice(invoice_date_due="2026-01-31")
        self.assertTrue(self.page("/my/invoices/overdue").xpath("//form[@id='o_payment_form']"))

    def test_pay_overdue_asks_for_nothing_whose_link_was_revoked(self):
        invoice = self.make_invoice(invoice_date_due="2026-01-31")
        self.make_link(invoice)
        invoice.action_mollie_revoke_link()
        page = self.page("/my/invoices/overdue")
        self.assertIn(invoice.name, page.text_content())
        self.assertFalse(self.pay_buttons(page) + self.core_buttons(page))
        self.assertFalse(page.xpath("//form[@id='o_payment_form']"))
        self.assertFalse(invoice.mollie_payment_link)

    def test_once_its_link_was_revoked_no_page_asks_for_money_or_makes_another_link(self):
        self.connect(LIVE_KEY)
        invoice = self.make_invoice()
        self.make_link(invoice)
        invoice.with_user(self.clerk).action_mollie_revoke_link()
        for page in (self.invoice_page(invoice), self.page("/my/invoices")):
            self.assertFalse(self.pay_buttons(page) + self.core_buttons(page))
            self.assertFalse(page.xpath("//form[@id='o_payment_form']"))
        self.assertEqual(invoice.mollie_link_ids.mapped("state"), ["revoked"])

    def test_where_online_payment_is_switched_off_the_portal_shows_no_button(self):
        self.env["ir.config_parameter"].set_param("account_payment.enable_portal_payment", "False")
        invoice = self.make_invoice()
        self.assertFalse(self.pay_buttons(self.invoice_page(invoice)))
        self.assertFalse(self.pay_buttons(self.page("/my/invoices")))
        self.assertFalse(invoice.mollie_link_ids)

    def test_the_link_in_a_mail_needs_no_login(self):
        invoice = self.make_invoice()
        self.authenticate(None, None)
        self.assertEqual(
            self.pay_buttons(self.invoice_page(invoice)), [invoice.mollie_payment_link]
        )


class TestStrangers(PortalCase):
    """Rows C1, C6, C9: another customer sees neither invoice, link nor log."""

    def setUp(self):
        super().setUp()
        partner = self.env["res.partner"].create({"name": "Slagerij Van Dam"})
        self.user.partner_id = partner
        self.invoice = self.make_invoice()
        self.make_link(self.invoice)

    def test_another_customer_sees_nothing_in_list_and_page(self):
        token = path_of(self.invoice.mollie_payment_link).rpartition("/")[2]
        for path in ("/my/invoices", f"/my/invoices/{self.invoice.id}", "/my"):
            text = self.url_open(path).text
            self.assertNotIn(token, text)
            self.assertIsNone(re.search(re.escape(self.invoice.name), text))

    def test_another_customers_token_does_not_open_the_page(self):
        own = self.make_invoice(partner_id=self.user.partner_id.id)
        path = f"/my/invoices/{self.invoice.id}?access_token={own._portal_ensure_token()}"
        self.assertNotIn("o_mollie_pay", self.url_open(path).text)

    def test_a_portal_user_reads_neither_links_nor_log_over_rpc(self):
        self.user.partner_id = self.customer
        for model in ("mollie.payment.link", "mollie.payment.log"):
            for method, args in (("search_read", [[]]), ("read", [[1]]), ("create", [{}])):
                response = self.call(model, method, args)
                self.assertIn("error", response, (model, method))
                self.assertIn("AccessError", response["error"]["data"]["name"])

    def test_a_portal_user_cannot_ask_for_the_fields_of_their_own_invoice(self):
        self.user.partner_id = self.customer
        response = self.call("account.move", "read", [[self.invoice.id], ["mollie_payment_link"]])
        self.assertIn("AccessError", response["error"]["data"]["name"])

    def call(self, model, method, args):
        params = {"model": model, "method": method, "args": args, "kwargs": {}}
        request = {"jsonrpc": "2.0", "method": "call", "params": params}
        with self.assertLogs("odoo.http", "WARNING"):
            return self.url_open(f"/web/dataset/call_kw/{model}/{method}", json=request).json()
