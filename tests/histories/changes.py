"""Whether anything changed, so that what was looked at need not be looked at again."""

# How many rows this database transaction wrote so far; what was undone counts too. When a scheduled
# action ran last is nobody's business.
WRITTEN = """
    SELECT SUM(
        pg_stat_get_xact_tuples_inserted(oid)
        + pg_stat_get_xact_tuples_updated(oid)
        + pg_stat_get_xact_tuples_deleted(oid)
    )
    FROM pg_class WHERE relkind = 'r' AND relname NOT IN ('ir_cron', 'ir_cron_progress')
"""


class Changes:
    """All that a page, or a law, hangs on: Odoo's database, Mollie, the clock, what was heard."""

    def now(self):
        """Return something that is the same as before only if nothing has changed."""
        heard = self.heard
        return (
            self.rows_written(),
            self.case.clock.offset,
            self.mollie.payments(),
            (dict(heard.known), heard.is_deaf),
            dict(self.paths),
        )

    def rows_written(self):
        self.case.env.flush_all()
        self.case.env.cr.execute(WRITTEN)
        return self.case.env.cr.fetchone()
