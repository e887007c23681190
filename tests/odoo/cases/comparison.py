"""What is compared with Mollie: the night's run, and the rows it leaves."""

from odoo.fields import Command

from tests.common import MollieCase


class ComparisonCase(MollieCase):
    def compare(self):
        """Let the night come, in which nothing stops the comparison."""
        self.env["mollie.comparison"].search([]).started = False
        self.run_cron("cron_mollie_compare")
        comparison = self.comparison()
        self.assertEqual((comparison.step, comparison.error), (False, False))

    def rows(self):
        """Return what differs, as ``{(id, reason): (at Mollie, booked)}``."""
        self.env.invalidate_all()
        return {
            (row.mollie_reference, row.reason): (row.amount_mollie, row.amount_booked)
            for row in self.env["mollie.difference"].search([])
        }

    def row(self):
        (row,) = self.env["mollie.difference"].search([])
        return row

    def comparison(self):
        return self.env["mollie.comparison"].search([("provider_id", "=", self.provider.id)])

    def as_clerk(self, records):
        return records.with_user(self.clerk)

    def book_by_hand(self, amount, kind):
        own = self.provider._mollie_account()
        other = self.env["account.account"].search(
            [
                ("account_type", "=", kind),
                ("company_ids", "in", self.company.ids),
                ("id", "!=", own.id),
            ],
            limit=1,
        )
        lines = [(own, amount), (other, -amount)]
        entry = self.env["account.move"].create(
            {
                "line_ids": [
                    Command.create(
                        {"account_id": account.id, "balance": balance, "name": "By hand"}
                    )
                    for account, balance in lines
                ]
            }
        )
        entry.action_post()
        return entry
