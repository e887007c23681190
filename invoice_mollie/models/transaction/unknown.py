from ...gateway import MollieRejected
from ..errors import error_detail
from ..todos import compare


class Unknown:
    """Payments that Mollie does not know with the key of now.

    Mollie itself gave us their ids, so that is an alarm, not an end: the key may be of another
    profile or mode for a while. They are asked for until Mollie knows them again, or somebody gives
    them up.
    """

    __slots__ = ()

    # === BUSINESS METHODS - FACTS === #

    def _mollie_why_unknown(self):
        """Return why Mollie may not know the payment: a key of `ERROR_MESSAGES`."""
        provider = self.provider_id
        if self.is_live != provider._mollie_has_live_key():
            return "is_live" if self.is_live else "is_test"
        ours, theirs = self.mollie_profile, provider.mollie_profile_id
        return "other_profile" if ours and theirs and ours != theirs else "not_known"

    # === BUSINESS METHODS - SYNC === #

    def _mollie_report(self, error, source):
        """Log why Mollie does not tell how the payment is, and return the error to be raised."""
        if not (isinstance(error, MollieRejected) and error.is_unknown):
            self._mollie_log_failure(source, error_detail(error))
            return error
        reason = self._mollie_why_unknown()
        self._mollie_log_failure(source, reason)
        # What is paid or failed lacks nothing.
        if self._mollie_is_open() and self.mollie_unknown != reason:
            self._mollie_write({"mollie_unknown": reason})
        self._mollie_post(source)  # What was heard before is booked all the same.
        compare(self)
        return MollieRejected(reason, error.status)
