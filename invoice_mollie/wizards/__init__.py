from . import account_move_reversal, mollie_health, mollie_repair, payment_refund_wizard
