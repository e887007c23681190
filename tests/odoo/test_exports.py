"""Exports: no cell is a formula, whatever somebody wrote into it."""

import csv
import io
import json

import openpyxl

from tests.odoo.cases.roles import AccessCase

LINK = '=HYPERLINK("https://x")'
EVIL = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", LINK, "{=1}")
HARMLESS = ("Mollie", "a=b", "1-2", "'=1", "")


class TestExports(AccessCase):
    """Row E3, ASVS 1.2.10."""

    def setUp(self):
        super().setUp()
        self.clerk.group_ids |= self.env.ref("base.group_allow_export")
        self.authenticate("mollie_clerk", "mollie_clerk")

    def export(self, records, fields, kind):
        """Press Export in a list; return the rows without the heading."""
        data = {
            "model": records._name,
            "ids": records.ids,
            "domain": [],
            "fields": [{"name": name, "label": name, "type": "char"} for name in fields],
            "import_compat": False,
        }
        answer = self.url_open(f"/web/export/{kind}", params={"data": json.dumps(data)})
        self.assertEqual(answer.status_code, 200)
        return getattr(self, f"read_{kind}")(answer)[1:]

    def read_csv(self, answer):
        return list(csv.reader(io.StringIO(answer.text, newline="")))

    def read_xlsx(self, answer):
        (sheet,) = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
        cells = [cell for row in sheet.iter_rows() for cell in row]
        self.assertNotIn("f", [cell.data_type for cell in cells])
        return [[cell.value or "" for cell in row] for row in sheet.iter_rows()]

    def make_rows(self, texts):
        rows = [{"company_id": self.company.id, "detail": text} for text in texts]
        rows = [row | {"move_id": self.invoice.id} for row in rows]
        return self.env["mollie.payment.log"]._append("error", "user", rows)

    def test_texts_of_the_log_are_texts(self):
        rows = self.make_rows(EVIL)
        for kind in ("csv", "xlsx"):
            with self.subTest(kind):
                for detail, name in self.export(rows, ["detail", "move_id/name"], kind):
                    self.assertTrue(detail.startswith("'"), detail)
                    self.assertEqual(name, self.invoice.name)

    def test_harmless_texts_stay_as_they_are(self):
        rows = self.make_rows(HARMLESS)
        for kind in ("csv", "xlsx"):
            exported = self.export(rows, ["detail", "event"], kind)
            self.assertEqual([row[0] for row in exported], list(HARMLESS))

    def test_the_log_as_a_part_of_an_invoices_export_too(self):
        self.make_rows(EVIL)
        for kind in ("csv", "xlsx"):
            exported = self.export(self.invoice, ["name", "mollie_log_ids/detail"], kind)
            details = [row[1] for row in exported if row[1].startswith("'")]
            self.assertEqual(len(details), len(EVIL))

    def test_texts_of_differences_are_texts(self):
        row = self.records["mollie.difference"]
        for text in EVIL:
            row.mollie_reference = text
            self.customer.name = text
            for kind in ("csv", "xlsx"):
                with self.subTest(text, kind=kind):
                    (cells,) = self.export(
                        row, ["mollie_reference", "move_id/partner_id/name"], kind
                    )
                    for cell in cells:
                        self.assertTrue(cell.startswith("'"), cells)
