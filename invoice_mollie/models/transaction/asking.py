from odoo import fields

from ... import const
from ...gateway import MollieUnavailable
from .notices import UNTOLD

MINUTE = 60
# Who wakes the sync as often as strangers like.
COUNTED = ("webhook", "return", "pay")


class Asking:
    """How often Mollie is asked of a payment: who opens pages or posts webhooks decides neither how
    often, nor how long a worker waits.
    """

    __slots__ = ()

    # === BUSINESS METHODS - FACTS === #

    def _mollie_asked_within(self, seconds):
        """Return the moments at which Mollie was asked of late, latest last."""
        since = _now() - seconds
        return [moment for moment in self.mollie_asked or [] if moment > since]

    def _mollie_was_heard(self):
        """Return whether Mollie answered when it was asked of late."""
        return self.mollie_is_heard and bool(self._mollie_asked_within(MINUTE))

    def _mollie_may_ask(self):
        """Return whether Mollie may be asked once more within a minute."""
        return len(self._mollie_asked_within(MINUTE)) < const.ASKS_A_MINUTE

    def _mollie_may_ask_for_page(self, is_back=False):
        """Return whether Mollie is to be asked for somebody who opens a page.

        :param bool is_back: they come back from a checkout of which nothing was heard so far.
        """
        return (
            (is_back or not self._mollie_asked_within(const.PAGE_SECONDS))
            and self._mollie_may_ask()
            and not self.provider_id._mollie_is_silent()
        )

    def _mollie_unasked_for(self):
        """Return for how many seconds more nobody who opens a page has Mollie asked."""
        asked = self._mollie_asked_within(const.PAGE_SECONDS)
        return asked[-1] + const.PAGE_SECONDS - _now() if asked else 0

    # === BUSINESS METHODS - SYNC === #

    def _mollie_note_asked(self, source, error=None):
        """Note that Mollie was asked, and whether it answered. What users and the scheduler ask is
        not counted, since nobody else decides how often.

        :param str source: who woke the sync.
        :param MollieError error: what came in place of an answer.
        """
        if error:
            self.provider_id._mollie_note_refusal(error)
        else:
            self.provider_id._mollie_note_taken()
        if not isinstance(error, MollieUnavailable):
            self._mollie_forget_notices()
        if source not in COUNTED and not error:
            return
        moments = [*self._mollie_asked_within(MINUTE), _now()]
        self._mollie_write(
            {"mollie_asked": moments[-const.ASKS_A_MINUTE :], "mollie_is_heard": not error}
        )
        if isinstance(error, MollieUnavailable):
            self.provider_id._mollie_note_failure()

    def _mollie_forget_notices(self):
        """Forget what was told before Mollie was asked: the answer says it, too."""
        if self.env.context.get(UNTOLD):
            return
        if notices := self._mollie_get_notices():
            notices.unlink()
            # Whoever waits for the lock finds the row changed, and looks again.
            self._mollie_write({"mollie_next_check": self._mollie_next_moment()})


def _now():
    """Return the moment in seconds, as Odoo's clock has it."""
    return fields.Datetime.now().timestamp()
