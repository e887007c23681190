"""The floors of the addon, from the roof down, and which words belong to one floor alone."""

# Who stands higher may import and call who stands lower, never the other way round; files of the
# same floor know nothing of each other. Names of files, with wildcards.
FLOORS = (
    ("controllers/core_mollie.py", "controllers/pay.py", "controllers/webhook.py"),
    ("controllers/page_values.py", "controllers/portal.py", "controllers/brand.py"),
    ("controllers/public.py",),
    ("wizards/*.py",),
    (
        "models/account_move_credit.py",
        "models/account_move_matching.py",
        "models/account_move_refund.py",
        "models/account_move_send.py",
        "models/account_p*.py",
        "models/mollie_payment_link_amount.py",
        "models/mollie_payment_log.py",
        "models/payment_transaction_*.py",
        "models/res_*.py",
    ),
    ("models/account_move.py", "models/mollie_payment_link.py"),
    ("models/payment_transaction.py",),
    ("models/payment_provider.py",),
    ("gateway.py",),
    ("answers.py",),
    ("money/*.py", "const.py"),
)
