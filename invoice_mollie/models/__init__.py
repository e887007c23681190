from . import (
    account_move,
    account_move_send,
    account_partial_reconcile,
    mollie_payment_link,
    mollie_payment_log,
    payment_provider,
    payment_transaction,
    payment_transaction_aftercare,
    payment_transaction_capture,
    res_company,
    res_config_settings,
)
