"""When money arrives that was moved at Mollie, as people are told before and after they press."""

from odoo.tools import LazyTranslate

from ...const import PAY_LATER

_lt = LazyTranslate(__name__)

# How a refund reaches the customer, by Mollie's method.
# https://help.mollie.com/hc/articles/115000014489
REFUNDS = {
    **dict.fromkeys(
        ("creditcard", "applepay", "googlepay"),
        _lt("%(amount)s goes back to the card. It can take 5 to 10 working days."),
    ),
    "paypal": _lt("%(amount)s goes back by %(method)s. It is there the same day."),
    **dict.fromkeys(
        PAY_LATER,
        _lt("%(amount)s goes back by %(method)s, which takes it off what the customer owes there."),
    ),
}
TO_ACCOUNT = _lt(
    "%(amount)s goes back by %(method)s, to the account it came from. It is there in 1 to 3 working"
    " days."
)
# What became of an authorized payment, by the transaction's state.
AUTHORIZED = {
    "done": _lt("%(amount)s by %(method)s was collected. It comes with Mollie's next payout."),
    "cancel": _lt("%(amount)s by %(method)s was released: nothing was taken from the customer."),
    "authorized": _lt("%(amount)s by %(method)s was asked for. The log shows how it goes on."),
}


class Arrival:
    """What is said of money that is moved."""

    __slots__ = ()

    def _mollie_say_refund(self, amount):
        """Return how an amount of the payment goes back, and when it arrives."""
        text = self.env._(REFUNDS.get(self.mollie_method, TO_ACCOUNT))
        return text % self._mollie_name_amount(amount)

    def _mollie_say_outcome(self):
        """Return what became of what a clerk asked for this payment or refund."""
        if self.mollie_kind == "refund":
            return self._mollie_payment()._mollie_say_refund(abs(self.amount))
        text = self.env._(AUTHORIZED.get(self.state, AUTHORIZED["authorized"]))
        return text % self._mollie_name_amount(self.amount)

    def _mollie_name_amount(self, amount):
        method = self.provider_id._mollie_method_name(self.mollie_method)
        return {"amount": self.currency_id.format(amount), "method": method or "Mollie"}

    def _build_action_feedback_notification(self):
        """Override of `payment` to say how much goes where, and when it arrives."""
        result = super()._build_action_feedback_notification()
        # In sudo mode to read the provider's methods.
        txs_sudo = self.sudo().filtered("mollie_kind")
        if txs_sudo and txs_sudo.ids == self.ids:
            result["params"]["message"] = "\n".join(tx._mollie_say_outcome() for tx in txs_sudo)
        return result
