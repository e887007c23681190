from . import (
    account_move,
    account_move_send,
    account_partial_reconcile,
    account_payment,
    mollie_comparison,
    mollie_difference,
    mollie_payment_link,
    mollie_payment_log,
    payment_provider,
    payment_transaction,
    res_company,
    res_config_settings,
)
