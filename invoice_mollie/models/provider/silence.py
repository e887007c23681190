from contextlib import suppress
from datetime import timedelta

import psycopg2

from odoo import fields

from ... import const
from ...gateway import MollieError, MollieRejected
from ..crons import wake

# One failure after the other, or the first for a minute. Not counted while another node counts.
_COUNT = """
UPDATE payment_provider
   SET mollie_failures = CASE WHEN mollie_failed_at > %(now)s - interval '1 minute'
                              THEN mollie_failures + 1 ELSE 1 END,
       mollie_failed_at = %(now)s
 WHERE id = (SELECT id FROM payment_provider WHERE id = %(id)s FOR NO KEY UPDATE SKIP LOCKED)
"""
# Once, and not while another node does.
_REFUSE = """
UPDATE payment_provider
   SET mollie_key_refused = true
 WHERE id = (SELECT id FROM payment_provider
              WHERE id = %(id)s AND mollie_key_refused IS NOT true
                FOR NO KEY UPDATE SKIP LOCKED)
"""


class Silence:
    """Whether Mollie answers: while it does not, nobody who opens a page waits for it. And whether
    it takes the key.
    """

    __slots__ = ()

    def _mollie_note_failure(self):
        """Count that Mollie gave no answer, at once and for all nodes."""
        self._mollie_note_aside(_COUNT, ["mollie_failures", "mollie_failed_at"])

    def _mollie_note_refusal(self, error):
        """Note that Mollie refused the key, if an error says so; somebody is told soon."""
        if isinstance(error, MollieRejected) and error.is_key_refused:
            self._mollie_note_aside(_REFUSE, ["mollie_key_refused"])
            self._mollie_have_told()

    def _mollie_note_taken(self):
        """Note that Mollie takes the key, where it once refused one: the to-do closes soon."""
        provider_sudo = self.sudo()  # In sudo mode because whoever hears an answer notes it.
        if provider_sudo.mollie_key_refused:
            provider_sudo.mollie_key_refused = False
            self._mollie_have_told()

    def _mollie_have_told(self):
        # In sudo mode because who pays may not see scheduled actions.
        wake(self.env, "cron_mollie_sync")

    def _mollie_note_aside(self, query, names):
        # On its own: the request that failed may be undone, and must not wait for another one.
        values = {"id": self.id, "now": fields.Datetime.now()}
        with suppress(psycopg2.OperationalError), self.env.registry.cursor() as cr:
            cr.execute(query, values, log_exceptions=False)
        self.invalidate_recordset(names)

    def _mollie_try_refused_key(self):
        """Ask Mollie whether it takes the key again: once it refused it without any reason."""
        try:
            self._mollie_gateway().profile()
        except MollieError:
            return
        self._mollie_note_taken()

    def _mollie_is_silent(self):
        """Return whether Mollie failed so often just now that pages should not ask."""
        since = fields.Datetime.now() - timedelta(seconds=const.SILENT_SECONDS)
        is_recent = (self.mollie_failed_at or since) > since
        return is_recent and self.mollie_failures >= const.SILENT_FAILURES
