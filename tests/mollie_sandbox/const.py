"""What Mollie knows by heart: currencies, locales, methods, statuses, times. Data, no logic."""

API_VERSION = "v2"
DOCUMENTATION_URL = "https://docs.mollie.com/reference/"
ERRORS_URL = "https://docs.mollie.com/overview/handling-errors"

DECIMALS = dict.fromkeys(
    "AED AUD BRL CAD CHF CZK DKK EUR GBP HKD HUF ILS MXN MYR NOK NZD PHP PLN RON SEK SGD THB TWD "
    "USD ZAR".split(),
    2,
) | {"ISK": 0, "JPY": 0}

LOCALES = frozenset(
    "en_US en_GB en_NL en_BE nl_NL nl_BE de_DE de_AT de_CH de_LU fr_FR fr_BE fr_LU es_ES ca_ES "
    "pt_PT it_IT nb_NO sv_SE fi_FI da_DK is_IS hu_HU pl_PL lv_LV lt_LT cs_CZ sk_SK el_GR sl_SI "
    "tr_TR".split()
)

DESCRIPTION_LENGTH = 255
METADATA_BYTES = 1024

# --- payments ------------------------------------------------------------------------------------

STATUSES = ("open", "pending", "authorized", "paid", "canceled", "expired", "failed")
UNFINISHED = frozenset({"open", "pending", "authorized"})
# Mollie is silent about open and pending.
WEBHOOK_STATUSES = frozenset({"authorized", "paid", "canceled", "expired", "failed"})
STATUS_MOMENT = {
    "authorized": "authorizedAt",
    "paid": "paidAt",
    "canceled": "canceledAt",
    "expired": "expiredAt",
    "failed": "failedAt",
}
# Used to filter a payment's moments: an expired payment has no paidAt, a captured one keeps both.
MOMENTS_BY_STATUS = {
    "authorized": ("authorizedAt",),
    "paid": ("authorizedAt", "paidAt"),
    "canceled": ("authorizedAt", "canceledAt"),
    "expired": ("authorizedAt", "expiredAt"),
    "failed": ("failedAt",),
}

CREATE_FIELDS = frozenset(
    {
        "amount",
        "description",
        "redirectUrl",
        "cancelUrl",
        "webhookUrl",
        "lines",
        "billingAddress",
        "shippingAddress",
        "locale",
        "method",
        "issuer",
        "restrictPaymentMethodsToCountry",
        "metadata",
        "captureMode",
        "captureDelay",
        "sequenceType",
        "dueDate",
    }
)
UPDATE_FIELDS = frozenset(
    {
        "description",
        "redirectUrl",
        "cancelUrl",
        "webhookUrl",
        "metadata",
        "method",
        "issuer",
        "locale",
        "dueDate",
        "restrictPaymentMethodsToCountry",
        "billingAddress",
        "shippingAddress",
    }
)
# Part of Mollie's API, but of a part that this stand-in has no data for (customers, mandates,
# platforms). Refused with a word of its own, so that nobody takes them for typing errors.
UNSERVED_FIELDS = frozenset(
    {
        "applePayPaymentToken",
        "applicationFee",
        "cardToken",
        "company",
        "consumerDateOfBirth",
        "customerId",
        "customerReference",
        "digitalGoods",
        "extraMerchantData",
        "googlePayPaymentToken",
        "mandateId",
        "routing",
        "sessionId",
        "storeCredentials",
        "terminalId",
        "voucherNumber",
        "voucherPin",
    }
)
ADDRESS_FIELDS = frozenset(
    {
        "title",
        "givenName",
        "familyName",
        "organizationName",
        "streetAndNumber",
        "streetAdditional",
        "postalCode",
        "email",
        "phone",
        "city",
        "region",
        "country",
    }
)
LINE_FIELDS = frozenset(
    {
        "type",
        "description",
        "quantity",
        "quantityUnit",
        "unitPrice",
        "discountAmount",
        "totalAmount",
        "vatRate",
        "vatAmount",
        "sku",
        "categories",
        "imageUrl",
        "productUrl",
    }
)
LINE_TYPES = frozenset(
    {
        "physical",
        "digital",
        "shipping_fee",
        "discount",
        "store_credit",
        "gift_card",
        "surcharge",
    }
)

# The amount of a card payment decides why it fails, once "failed" is chosen. (Mollie documents the
# amounts up to 1010.00; which reason the last one has is a guess.)
FAILURE_REASONS = {
    "1001.00": "invalid_card_number",
    "1002.00": "invalid_cvv",
    "1003.00": "invalid_card_holder_name",
    "1004.00": "card_expired",
    "1005.00": "invalid_card_type",
    "1006.00": "refused_by_issuer",
    "1007.00": "insufficient_funds",
    "1008.00": "inactive_card",
    "1009.00": "possible_fraud",
    "1010.00": "authentication_failed",
    "1011.00": "card_declined",
}
FAILURE_MESSAGES = {
    "invalid_card_number": "The card number is invalid.",
    "invalid_cvv": "The security code is invalid.",
    "invalid_card_holder_name": "The card holder's name is invalid.",
    "card_expired": "The card has expired.",
    "invalid_card_type": "This type of card is not accepted.",
    "refused_by_issuer": "The card's issuer refused the payment.",
    "insufficient_funds": "There is not enough money on the card.",
    "inactive_card": "The card is not active.",
    "possible_fraud": "The payment was stopped because of possible fraud.",
    "authentication_failed": "The authentication failed.",
    "card_declined": "The card was declined.",
    "unknown_reason": "The payment failed for an unknown reason.",
}

# --- methods -------------------------------------------------------------------------------------

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
DEFAULT_LIFE = 15 * MINUTE

CARD_CURRENCIES = frozenset(DECIMALS) - {"BRL", "MXN", "MYR", "PHP", "THB", "TWD"}
PAYPAL_CURRENCIES = frozenset(DECIMALS) - {"AED", "ISK", "RON", "ZAR"}
KLARNA_CURRENCIES = frozenset("EUR CHF CZK DKK GBP NOK PLN RON SEK USD".split())
EUR_ONLY = frozenset({"EUR"})

# id: name, limits in EUR (None: no upper limit), currencies, life in seconds while open, outcomes.
USUAL = ("paid", "failed", "canceled", "expired", "open")
PAY_LATER = ("authorized", "paid", "failed", "canceled", "expired", "open")
METHODS = {
    "ideal": ("iDEAL | Wero", "0.01", "50000.00", EUR_ONLY, DEFAULT_LIFE, USUAL),
    "creditcard": ("Card", "0.01", "10000.00", CARD_CURRENCIES, DEFAULT_LIFE, USUAL),
    "bancontact": ("Bancontact", "0.02", "50000.00", EUR_ONLY, HOUR, USUAL),
    "banktransfer": (
        "Bank transfer",
        "0.01",
        "1000000.00",
        EUR_ONLY,
        14 * DAY,
        ("open", "pending", "paid", "canceled", "expired"),
    ),
    "paypal": (
        "PayPal",
        "0.01",
        "8000.00",
        PAYPAL_CURRENCIES,
        3 * HOUR,
        ("paid", "pending", "failed", "canceled", "expired", "open"),
    ),
    "klarna": ("Pay with Klarna", "0.10", "10000.00", KLARNA_CURRENCIES, 2 * DAY, PAY_LATER),
    "eps": ("eps", "1.00", "50000.00", EUR_ONLY, HOUR, USUAL),
    "przelewy24": (
        "Przelewy24",
        "0.01",
        "12815.00",
        frozenset({"EUR", "PLN"}),
        HOUR,
        ("paid", "pending", "failed", "canceled", "expired", "open"),
    ),
    "kbc": ("KBC/CBC Payment Button", "0.01", "50000.00", EUR_ONLY, HOUR, USUAL),
    "belfius": ("Belfius Pay Button", "0.01", "50000.00", EUR_ONLY, HOUR, USUAL),
    "in3": ("iDEAL in3", "50.00", "5000.00", EUR_ONLY, 2 * DAY, USUAL),
    "billie": ("Billie", "10.00", "50000.00", EUR_ONLY, 2 * DAY, PAY_LATER),
    "riverty": ("Riverty", "5.00", "5000.00", EUR_ONLY, 2 * DAY, PAY_LATER),
    "trustly": (
        "Trustly",
        "0.01",
        "10000.00",
        frozenset({"EUR", "DKK", "GBP", "NOK", "SEK"}),
        HOUR,
        ("paid", "pending", "failed", "canceled", "expired", "open"),
    ),
    "twint": ("TWINT", "0.01", "5000.00", frozenset({"CHF"}), DEFAULT_LIFE, USUAL),
    "blik": ("BLIK", "0.01", "10000.00", frozenset({"PLN"}), HOUR, USUAL),
    "satispay": ("Satispay", "0.01", "2000.00", EUR_ONLY, HOUR, USUAL),
    "applepay": ("Apple Pay", "0.01", "10000.00", CARD_CURRENCIES, DEFAULT_LIFE, USUAL),
    "googlepay": ("Google Pay", "0.01", "10000.00", CARD_CURRENCIES, DEFAULT_LIFE, USUAL),
}
WALLETS = frozenset({"applepay", "googlepay"})
ENABLED = (
    "ideal",
    "creditcard",
    "bancontact",
    "banktransfer",
    "paypal",
    "klarna",
    "eps",
    "przelewy24",
    "applepay",
)
CAPTURABLE = frozenset({"creditcard", "applepay", "googlepay", "klarna", "billie", "riverty"})
# More than one capture is a pay-later affair; on a card the first one gives the rest back.
MANY_CAPTURES = frozenset({"klarna", "billie", "riverty"})
CAPTURE_LIFE = {"creditcard": 7 * DAY, "applepay": 7 * DAY, "googlepay": 7 * DAY}
DEFAULT_CAPTURE_LIFE = 28 * DAY
CANCELABLE_METHODS = frozenset({"banktransfer"})
ADDRESS_METHODS = frozenset({"klarna", "billie", "riverty", "in3"})
METHOD_COUNTRY = {
    "ideal": "NL",
    "bancontact": "BE",
    "kbc": "BE",
    "belfius": "BE",
    "eps": "AT",
    "in3": "NL",
    "przelewy24": "PL",
    "blik": "PL",
    "twint": "CH",
    "satispay": "IT",
}
METHOD_NAMES = {
    "nl": {"Card": "Kaart", "Bank transfer": "Overboeking", "Pay with Klarna": "Betaal met Klarna"},
    "de": {"Card": "Karte", "Bank transfer": "Überweisung", "Pay with Klarna": "Mit Klarna zahlen"},
    "fr": {"Card": "Carte", "Bank transfer": "Virement", "Pay with Klarna": "Payer avec Klarna"},
    "es": {
        "Card": "Tarjeta",
        "Bank transfer": "Transferencia",
        "Pay with Klarna": "Paga con Klarna",
    },
    "it": {"Card": "Carta", "Bank transfer": "Bonifico", "Pay with Klarna": "Paga con Klarna"},
}
ISSUERS = {"kbc": ("KBC", "CBC"), "ideal": ()}

# Rough worth of one euro, only to state a method's limits in other currencies.
PER_EURO = {
    "AED": 4,
    "AUD": 2,
    "BRL": 6,
    "CAD": 2,
    "CZK": 25,
    "DKK": 7,
    "HKD": 9,
    "HUF": 400,
    "ILS": 4,
    "ISK": 150,
    "JPY": 160,
    "MXN": 20,
    "MYR": 5,
    "NOK": 12,
    "NZD": 2,
    "PHP": 65,
    "PLN": 4,
    "RON": 5,
    "SEK": 11,
    "THB": 40,
    "TWD": 35,
    "ZAR": 20,
}

# --- refunds, captures, webhooks -----------------------------------------------------------------

REFUND_STATUSES = ("queued", "pending", "processing", "refunded", "failed", "canceled")
REFUND_WEBHOOKS = frozenset({"processing", "refunded", "failed"})
# Money that is gone or on its way out.
REFUND_COUNTS = frozenset({"queued", "pending", "processing", "refunded"})
REFUND_CANCELABLE = frozenset({"queued", "pending"})
# A refund is carried out two hours after it was asked for, and is through a day after that.
REFUND_STEPS = {"pending": ("processing", 2 * HOUR), "processing": ("refunded", DAY)}
DUPLICATE_REFUND_WINDOW = HOUR
CAPTURE_STATUSES = ("pending", "succeeded", "failed")

IDEMPOTENCY_LIFE = HOUR

# Seconds after the first attempt at which a webhook is tried.
WEBHOOK_SCHEDULE = tuple(
    [minutes * MINUTE for minutes in (0, 1, 3, 7, 15, 31)] + [HOUR, 2 * HOUR, 4 * HOUR, 26 * HOUR]
)
WEBHOOK_TIMEOUT = 15
WEBHOOK_USER_AGENT = "Mollie HTTP client/1.0"
WEBHOOK_REDIRECTS = 5
