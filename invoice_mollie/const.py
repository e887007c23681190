"""Figures and names of the addon's dealings with Mollie. Data, no logic."""

DEFAULT_ENDPOINT = "https://api.mollie.com"
# Seconds that Mollie may take for a whole answer, and while somebody waits for a page. Integers:
# the library's tuple does not survive Odoo's test harness.
TIMEOUT = 8
PAGE_TIMEOUT = 3
# Answers that are awaited at once in a process; those that trickle in hold their place for longer.
CONNECTIONS = 16

# Of one payment, Mollie is asked for a page this many seconds after it was asked before, and for
# webhooks and pages this often a minute.
PAGE_SECONDS = 10
ASKS_A_MINUTE = 5
# After so many failures, each within a minute of the one before, pages don't ask for a while.
SILENT_FAILURES = 3
SILENT_SECONDS = 30

# Locales of Mollie's checkout. Any other is left out, and Mollie uses the browser's.
# https://docs.mollie.com/reference/common-data-types
LOCALES = frozenset(
    "en_US en_GB en_NL en_BE nl_NL nl_BE de_DE de_AT de_CH de_LU fr_FR fr_BE fr_LU es_ES ca_ES"
    " pt_PT it_IT nb_NO sv_SE fi_FI da_DK is_IS hu_HU pl_PL lv_LV lt_LT cs_CZ sk_SK el_GR sl_SI"
    " tr_TR".split()
)

# The methods that want to know who pays, and for what.
PAY_LATER = ("klarna", "klarnapaylater", "klarnasliceit", "billie", "in3", "riverty", "alma")

# Mollie forgets an idempotency key after an hour; a little less, to be on the safe side.
IDEMPOTENCY_MINUTES = 55
# Not offered any more when it is about to expire: the customer needs time to pay.
CHECKOUT_MARGIN_MINUTES = 2
# How many of Mollie's latest payments are searched for an attempt whose answer was lost.
LOST_PAYMENT_SEARCH = 250

# After how many minutes an attempt is asked for, and again, if nobody tells of it; then each day. A
# checkout is decided in minutes, a bank transfer takes days.
CHECK_MINUTES = (1, 5, 15, 60, 6 * 60, 24 * 60)
# How often the scheduled action comes by itself, and how many attempts it asks for one by one.
CRON_MINUTES = 5
CRON_BATCH = 200
# Pages of Mollie's list that may tell of nothing that is looked for, beside one for each four
# payments that would be asked for one by one.
PAGES_IN_VAIN = 3
# How far back refunds and chargebacks of which nobody told are looked for: banks take money back
# within half a year at most.
AFTERCARE_DAYS = 180
# The longest that a method reserves an amount, with some days to spare; so long it can be captured.
AUTHORIZATION_DAYS = 35

# Seconds that whoever wakes up the sync waits for another one of the same payment.
LOCK_TIMEOUT = 3

# How often something may happen: so many times in so many minutes.
LIMITS = {
    # New attempts of a link: who tries out stolen cards needs many.
    "link": ((10, 10), (30, 24 * 60)),
    # New attempts from an address, whichever links it knows.
    "visitor": ((20, 1),),
    # Questions of monitoring from an address: it looks at much.
    "health": ((20, 1),),
    # Requests for a current link that are kept for an answer, from an address.
    "request": ((30, 60),),
    # Those of them that are answered though they don't come from an outdated link of the invoice.
    "stranger": ((10, 60),),
    # Mails with the link of an invoice: to strangers' requests, and to those of who has an old one.
    "mail": ((3, 24 * 60),),
    "mail_to_holder": ((10, 24 * 60),),
    # Receipts of a payment: printing takes a second.
    "receipt": ((5, 1), (30, 60)),
    # Times that an alarm is told while it lasts.
    "alarm": ((1, 60),),
}
# Failed payments, or requests for links, within an hour that are an alarm.
ALARM = 100
# Attempts of a link that can be paid at the same time, and those that Mollie has not decided: each
# press asks for them.
ALIVE_ATTEMPTS = 3
UNDECIDED_ATTEMPTS = 10

# Hosts that a checkout URL may have, beside the host of a configured endpoint.
CHECKOUT_DOMAINS = ("mollie.com", "mollie.nl")
