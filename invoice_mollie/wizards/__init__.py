from . import (
    account_move_reversal,
    account_move_send_wizard,
    mollie_credit_use,
    mollie_health,
    mollie_link_result,
    mollie_link_share,
    mollie_repair,
    payment_refund_wizard,
)
