from . import payment_refund_wizard
