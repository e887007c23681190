from contextlib import suppress
from datetime import timedelta

import psycopg2

from odoo import fields

from ... import const

# One failure after the other, or the first for a minute. Not counted while another node counts.
_COUNT = """
UPDATE payment_provider
   SET mollie_failures = CASE WHEN mollie_failed_at > %(now)s - interval '1 minute'
                              THEN mollie_failures + 1 ELSE 1 END,
       mollie_failed_at = %(now)s
 WHERE id = (SELECT id FROM payment_provider WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED)
"""


class Silence:
    """Whether Mollie answers: while it does not, nobody who opens a page waits for it."""

    __slots__ = ()

    def _mollie_note_failure(self):
        """Count that Mollie gave no answer, at once and for all nodes."""
        # On its own: the request that failed may be undone, and must not wait for another one.
        with suppress(psycopg2.OperationalError), self.env.registry.cursor() as cr:
            names = {"id": self.id, "now": fields.Datetime.now()}
            cr.execute(_COUNT, names, log_exceptions=False)
        self.invalidate_recordset(["mollie_failures", "mollie_failed_at"])

    def _mollie_is_silent(self):
        """Return whether Mollie failed so often just now that pages should not ask."""
        since = fields.Datetime.now() - timedelta(seconds=const.SILENT_SECONDS)
        is_recent = (self.mollie_failed_at or since) > since
        return is_recent and self.mollie_failures >= const.SILENT_FAILURES
