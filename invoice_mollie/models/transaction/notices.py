from odoo.tools import SQL

from ..crons import wake

# Held by who acts on what Mollie tells of a transaction. At once it is seen whether others left a
# row before: as a rule none did.
TRY_TURN = """
SELECT pg_try_advisory_xact_lock(hashtext('invoice_mollie'), %(id)s),
       EXISTS (
           SELECT FROM mollie_notice WHERE transaction_id = %(id)s AND is_of_books IS NOT TRUE
       )
"""
# In the context: that there are no such rows to forget.
UNTOLD = "mollie_untold"


class Notices:
    """What Mollie tells while we act on what it told before.

    One request at a time acts on a payment's webhooks, until its commit. The others leave a row and
    are over at once: a process that waited could book another payment meanwhile.
    """

    __slots__ = ()

    # === BUSINESS METHODS === #

    def _mollie_take_turn(self):
        """Return the transaction if it is the caller's turn to act on what Mollie tells, until it
        commits; else an empty record.

        Then who acts just now looks again. May commit: nothing must have been written before.
        """
        if mine := self._mollie_try_turn():
            return mine
        self.env["mollie.notice"].create({"transaction_id": self.id})
        self.env.cr.commit()  # pylint: disable=invalid-commit
        # Who ended before that did not see it. Who begins after it does.
        return self._mollie_try_turn()

    def _mollie_try_turn(self):
        self.env.cr.execute(SQL(TRY_TURN, id=self.id))
        is_mine, is_told = self.env.cr.fetchone()
        tx = self if is_mine else self.browse()
        return tx if is_told else tx.with_context(**{UNTOLD: True})

    def _mollie_ask_soon(self):
        """Have the scheduled action ask Mollie of the payments soon, as if Mollie had told of them.

        Not of those that are followed no more, or with no key: nobody could ask.
        """
        asked = self.filtered(lambda tx: tx.provider_id.mollie_api_key and not tx.mollie_given_up)
        if asked:
            self.env["mollie.notice"].create([{"transaction_id": tx.id} for tx in asked])
            wake(self.env, "cron_mollie_sync")

    def _mollie_get_notices(self):
        """Return the rows that were left so far of what Mollie told, as far as this database
        transaction sees them.
        """
        return self.env["mollie.notice"].search(
            [("transaction_id", "=", self.id), ("is_of_books", "=", False)]
        )
