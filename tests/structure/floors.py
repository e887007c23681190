"""The floors of the addon, from the roof down, and which words belong to one floor alone."""

# Who stands higher may import and call who stands lower, never the other way round; files of the
# same floor know nothing of each other. Names of files, with wildcards; of a file with rooms each
# class stands for itself, and the file's own name for what is outside of them.
ROOMS = ("models/core.py",)
FLOORS = (
    ("cli/*.py",),
    ("controllers/dialog.py", "controllers/pay.py", "controllers/receipt.py"),
    (
        "controllers/core.py",
        "controllers/health.py",
        "controllers/page_values.py",
        "controllers/portal.py",
        "controllers/webhook.py",
    ),
    ("controllers/brand.py", "controllers/ir_http.py"),
    ("controllers/heard.py", "controllers/interrupted.py"),
    ("controllers/public.py", "controllers/visitor.py"),
    ("controllers/kept_pages.py",),
    ("controllers/languages.py", "controllers/stylesheet.py"),
    (
        "models/account_move.py",
        "models/account_move_send.py",
        "models/mail_activity.py",
        "models/mollie_difference.py",
        "models/mollie_link_request.py",
        "models/res_config_settings.py",
        "models/res_lang.py",
        "wizards/account_*.py",
        "wizards/mollie_credit_use.py",
        "wizards/mollie_link_share.py",
        "wizards/mollie_repair.py",
        "wizards/payment_*.py",
        "migrations/*.py",
    ),
    (
        "models/account_payment.py",
        "models/invoice/documents.py",
        "models/invoice/e_invoice.py",
        "models/invoice/mails.py",
        "wizards/mollie_health.py",
    ),
    (
        "models/account_partial_reconcile.py",
        "models/health/checks.py",
        "models/health/report.py",
    ),
    (
        "models/health/address.py",
        "models/health/books.py",
        "models/health/copies.py",
        "models/health/key.py",
        "models/health/messages.py",
    ),
    ("models/health/setup.py", "models/health/windows.py"),
    (
        "models/mollie_comparison.py",
        "models/mollie_payment_link.py",
        "models/payment_transaction.py",
        "models/invoice/notes.py",
        "models/invoice/summary.py",
        "models/invoice/twice.py",
        "models/grouped.py",
        "models/registered.py",
    ),
    ("models/transaction/recovery.py", "models/invoice/attempts.py"),
    (
        "models/invoice/credit_use.py",
        "models/invoice/links.py",
        "models/transaction/attempt.py",
        "models/transaction/giving_up.py",
        "models/transaction/refund.py",
    ),
    (
        "models/transaction/comparison.py",
        "models/transaction/rounds.py",
        "wizards/mollie_link_result.py",
    ),
    ("models/transaction/arrival.py", "models/transaction/sync.py"),
    ("models/transaction/unknown.py", "models/transaction/asking.py"),
    (
        "models/transaction/books.py",
        "models/transaction/reserved.py",
        "models/invoice/state.py",
    ),
    (
        "models/invoice/claims.py",
        "models/invoice/orders.py",
        "models/invoice/replaced.py",
        "models/differences.py",
        "models/alarms.py",
    ),
    ("models/todos.py", "models/account_move_line.py", "models/transaction/receipts.py"),
    (
        "models/core.py:TransactionCore",
        "models/by_hand.py",
        "models/changed.py",
        "models/transaction/discount.py",
    ),
    ("models/needs.py",),
    ("models/conditions.py",),
    ("models/in_payment.py", "models/twice.py", "models/invoice/instalments.py"),
    ("models/invoice/due.py",),
    (
        "models/transaction/payload.py",
        "models/transaction/held.py",
        "models/ir_config_parameter.py",
    ),
    ("models/transaction/record.py", "models/res_company.py", "models/invoice/logged.py"),
    ("models/payment_provider.py",),
    ("models/mollie_payment_log.py", "models/provider/icons.py"),
    ("models/provider/methods.py",),
    ("models/core.py:ProviderCore",),
    ("models/provider/profile.py", "models/provider/silence.py"),
    ("models/provider/keys.py",),
    ("models/provider/connection.py", "models/errors.py", "models/provider/journal.py"),
    ("gateway.py", "models/core.py", "models/provider/place.py"),
    ("models/invoice/credit.py",),
    ("models/invoice/matching.py",),
    ("models/invoice/discount.py", "models/drafts.py", "models/kept.py"),
    ("models/shares.py", "models/posted.py", "models/transaction/dates.py"),
    ("models/transaction/entries.py", "models/mollie_notice.py"),
    (
        "models/matching.py",
        "models/unentered.py",
        "models/languages.py",
        "models/locks.py",
        "models/mollie_limit.py",
        "models/transaction/notices.py",
        "models/notifications.py",
        "models/protected.py",
        "models/res_partner.py",
        "models/tokens.py",
        "models/typed.py",
        "models/uncopied.py",
        "models/days.py",
        "models/databases.py",
        "models/exports.py",
        "models/sums.py",
        "models/responsible.py",
    ),
    ("models/safely.py", "models/crons.py", "models/res_country.py"),
    ("addresses.py", "answers.py", "money/comparison.py", "money/decision.py"),
    ("money/movements.py",),
    ("money/payment.py",),
    ("money/amounts.py", "money/failures.py", "money/statuses.py", "const.py"),
)

# What of core is otherwise in Odoo 20, by the pattern of a line of code, and who may touch it.
CORE_FILES = ("models/core.py", "controllers/core.py")
TOUCHES = {
    "the class with core's status page": r"PaymentPostProcessing|\bpost_processing\b",
    "payment.provider's state": (
        r"provider\w*(\(\))?\.state\b|[\"'](disabled|enabled)[\"']|\border=[\"']state\b"
    ),
    "_process, which has lost a parameter": r"\b_process\(",
    "payment methods, which belong to a provider": (
        r"PAYMENT_METHODS_MAPPING|\b_get_from_code\b|\bpayment_method_unknown\b"
    ),
}
# The one method that writes on transactions, for that wants a context key.
WRITER = "_mollie_write"
