"""What Odoo has booked for Mollie, and what Mollie holds: the two sides of every comparison.

Neither side asks the addon what it thinks: one is read from the account's entries, the other from
the sandbox's payments, by rules that stand here. Amounts are floats in their own currency.
"""

from collections import defaultdict

# Refunds of these statuses have left Mollie.
SENT_OFF = ("processing", "refunded")


class Ledger:
    """The account on which a provider books, and its other side at Mollie.

    What was booked before the ledger was opened counts as little as what the sandbox has
    forgotten: open one whenever the sandbox is reset.
    """

    def __init__(self, provider, sandbox):
        self.provider, self.sandbox = provider, sandbox
        self.before = self._lines()

    # --- Odoo ------------------------------------------------------------------------------------

    def booked(self, currency="EUR"):
        """Return what is booked on the account in a currency, whoever put it there."""
        lines = self._new_lines().filtered(lambda line: line.currency_id.name == currency)
        return round(sum(lines.mapped("amount_currency")), 2)

    def booked_movements(self):
        """Return ``{(Mollie's id, currency): amount}`` of what is booked and was not reversed.

        What belongs to no transaction stands under the id "".
        """
        found = defaultdict(float)
        for line in self._new_lines():
            move = line.move_id
            while move.reversed_entry_id:
                move = move.reversed_entry_id
            tx = move.origin_payment_id.payment_transaction_id
            found[tx.provider_reference or "", line.currency_id.name] += line.amount_currency
        return without_zeros(found)

    def account(self):
        """Return the account on which the provider's payments are booked."""
        return self.method_line().payment_account_id

    def method_line(self):
        """Return the method by which the journal receives the provider's payments."""
        lines = self.provider.journal_id.inbound_payment_method_line_ids
        return lines.filtered(lambda line: line.payment_provider_id == self.provider)

    def _new_lines(self):
        return self._lines() - self.before

    def _lines(self):
        """Return the posted items of the account: all of them, if it is the journal's own.

        An account that other journals use too is not Mollie's alone: there the journal's count.
        """
        journal, account = self.provider.journal_id, self.account()
        domain = [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        if account != journal.default_account_id:
            domain.append(("journal_id", "=", journal.id))
        return self.provider.env["account.move.line"].search(domain)

    # --- Mollie ----------------------------------------------------------------------------------

    def held(self, currency="EUR"):
        """Return what Mollie holds in a currency."""
        return held(self.movements(), currency)

    def movements(self):
        """Return ``{(Mollie's id, currency): amount}`` of all money that came or went."""
        return movements_of(self.sandbox.payments())


def held(movements, currency):
    return round(sum(value for (_id, name), value in movements.items() if name == currency), 2)


def movements_of(payments):
    """Return ``{(id, currency): amount}`` of payments as Mollie shows them; below zero if it went.

    Money that was won back moves under its chargeback's id with ``-reversed``.
    """
    found = {}
    for payment in payments:
        if payment["status"] == "paid":
            currency = payment["amount"]["currency"]
            found |= {(name, currency): amount for name, amount in _movements_of(payment)}
    return without_zeros(found)


def _movements_of(payment):
    yield from _received(payment)
    for refund in refunds_of(payment):
        yield refund["id"], -value(refund["amount"]) * (refund["status"] in SENT_OFF)
    for chargeback in chargebacks_of(payment):
        amount = value(chargeback["amount"])
        yield chargeback["id"], -amount
        yield f"{chargeback['id']}-reversed", amount * bool(chargeback.get("reversedAt"))


def _received(payment):
    """Yield what came in: of several captures the first under the payment's own id."""
    captures = captures_of(payment)
    if len(captures) < 2:
        yield payment["id"], received(payment)
        return
    for name, capture in zip(
        [payment["id"]] + [c["id"] for c in captures[1:]], captures, strict=True
    ):
        yield name, value(capture["amount"])


def received(payment):
    """Return what came in: the amount, or what was captured of it."""
    return value(payment.get("amountCaptured") or payment["amount"])


def captures_of(payment):
    """Return what was captured, oldest first."""
    return [capture for capture in reversed(tries_of(payment)) if capture["status"] == "succeeded"]


def tries_of(payment):
    """Return all captures, also those that failed, newest first."""
    return payment.get("_embedded", {}).get("captures", [])


def refunds_of(payment):
    return payment.get("_embedded", {}).get("refunds", [])


def chargebacks_of(payment):
    return payment.get("_embedded", {}).get("chargebacks", [])


def value(amount):
    return float(amount["value"])


def without_zeros(movements):
    return {key: round(amount, 2) for key, amount in movements.items() if round(amount, 2)}
