from . import account_move_reversal, payment_refund_wizard
