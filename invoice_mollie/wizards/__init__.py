from . import account_move_reversal, mollie_repair, payment_refund_wizard
from . import account_move_reversal, mollie_health, payment_refund_wizard
