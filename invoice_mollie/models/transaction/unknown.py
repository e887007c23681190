from ...gateway import MollieRejected
from ..errors import error_detail
from ..todos import tell


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
            self._mollie_log_once("error", source, detail=error_detail(error))
            return error
        reason = self._mollie_why_unknown()
        if self._mollie_log_once("error", source, detail=reason):
            self._mollie_tell_unknown(reason)
        self._mollie_post(source)  # What was heard before is booked all the same.
        return MollieRejected(reason, error.status)

    def _mollie_tell_unknown(self, reason):
        """Tell somebody, once, that nothing is heard of the payment; test payments bring no money.

        In between, Mollie may have failed to answer for another reason.
        """
        Log = self.env["mollie.payment.log"].sudo()
        rows = Log.search_count(
            [("transaction_id", "=", self.id), ("event", "=", "error"), ("detail", "=", reason)]
        )
        rows_each = len(self._mollie_invoices()) or 1
        if rows == rows_each and reason != "is_test":
            tell(self, "unknown")
