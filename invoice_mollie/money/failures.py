"""Why payments fail."""

# Marks the words for translation; who shows them translates them.
_lt = str

NO_REASON = "unknown_reason"
# By Mollie's code, in words for customers and for clerks.
# https://docs.mollie.com/reference/get-payment (details.failureReason)
REASONS = {
    "authentication_abandoned": _lt("The bank's check was not finished."),
    "authentication_failed": _lt("The bank's check failed."),
    "authentication_required": _lt("The bank wants to make a check first."),
    "authentication_unavailable_acs": _lt("The bank could not make its check just then."),
    "card_declined": _lt("The bank declined the card."),
    "card_expired": _lt("The card has expired."),
    "inactive_card": _lt("The card is not active."),
    "insufficient_funds": _lt("There is not enough money on the account."),
    "invalid_card_holder_name": _lt("The name of the card's holder is not right."),
    "invalid_card_number": _lt("The number of the card is not right."),
    "invalid_card_type": _lt("This kind of card is not accepted."),
    "invalid_cvv": _lt("The security code of the card is not right."),
    "possible_fraud": _lt("The bank declined the payment for safety."),
    "refused_by_issuer": _lt("The bank refused the payment."),
}
