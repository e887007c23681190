from ...gateway import MollieError, MollieRejected
from ...money.comparison import differences, told
from ...money.decision import decide
from ..differences import keep_by_hand, keep_differences
from ..errors import error_message
from ..posted import posted_of


class Comparison:
    """What is posted of a payment, held against what Mollie says of it."""

    __slots__ = ()

    # === BUSINESS METHODS - COMPARISON === #

    def _mollie_compare(self):
        """Compare what is posted of payments with what Mollie says now, and keep what differs.

        Nothing is booked: bring them in line before. Must be called in sudo mode.

        :return: the differences.
        :raise MollieError: if Mollie can't say.
        """
        found = self.env["mollie.difference"]
        for tx in self.filtered(lambda tx: tx.provider_reference and not tx.mollie_given_up):
            payment = _fetch(tx)
            known = tx._mollie_known(payment)
            listed = told(payment, known.recorded.get(payment.id)) if payment else ()
            found |= tx._mollie_keep_differences(listed, _problem(tx, payment, known))
        return found

    def _mollie_describe_differences(self, invoices):
        """Return what differs of the payments of invoices, or was booked by hand in their place,
        and what to do about it, in the user's words.
        """
        try:
            found_sudo = self._mollie_compare()
        except MollieError as error:
            return [error_message(self.env, error)]
        for provider in self.provider_id | invoices.company_id.mollie_provider_id:
            found_sudo |= keep_by_hand(provider, invoices, self._mollie_family())
        return found_sudo.mapped("summary")

    def _mollie_keep_differences(self, listed, problem=""):
        """Keep what differs between what Mollie tells of this payment and what is posted.

        :param listed: its movements at Mollie.
        :param str problem: why nothing of it can be booked, if that is known.
        :return: the differences.
        """
        family = self._mollie_family()
        posted = [entry for entries in posted_of(family).values() for entry in entries]
        found = differences(listed, posted, problem)
        return keep_differences(self.provider_id, found, family)


def _fetch(tx):
    """Return the payment as Mollie has it, or None if Mollie does not know it."""
    try:
        return tx.provider_id._mollie_gateway().get_payment(tx.provider_reference)
    except MollieRejected as error:
        if error.is_key_refused:
            raise
        return None


def _problem(tx, payment, known):
    """Return why the payment is refused, as a reason of a difference; empty if it is not."""
    refused = (
        [step.what for step in decide(payment, known) if step.do == "refuse"] if payment else []
    )
    if not refused:
        return ""
    return "other_database" if tx._mollie_foreign_database(refused[0], payment) else "mismatch"
