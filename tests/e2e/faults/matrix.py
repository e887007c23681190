"""Each class of fault at each step of a payment: how it is run, or why it can't happen. Data.

The steps and classes of row H in docs/attacks-and-faults.rst.
"""

from dataclasses import dataclass

STEPS = {
    "S1": "the link is found and locked",
    "S2": "the attempt's row is written",
    "S3": "the request to Mollie leaves",
    "S4": "Mollie has made the payment",
    "S5": "the answer arrives",
    "S6": "it is committed",
    "S7": "the customer is sent to the checkout",
    "S8": "the customer pays",
    "S9": "the webhook arrives",
    "S10": "the payment is fetched",
    "S11": "the state is set",
    "S12": "it is booked",
    "S13": "it is reconciled",
    "S14": "Mollie is answered",
    "S15": "mails and to-dos leave",
}


@dataclass(frozen=True)
class Run:
    """A cell that runs: a method of `story.Story`, and what it is given in turn."""

    story: str
    variants: tuple


@dataclass(frozen=True)
class Never:
    """A cell that can't happen, and why."""

    reason: str


def held(*acts):
    """Held up at the step, something happens to it: a function of `acts.py`."""
    return Run("held", acts)


def raised(sqlstate):
    """PostgreSQL refuses the statement of the step, once."""
    return Run("raised", (sqlstate,))


def answered(*faults):
    """Mollie's answer at the step is another: a fault of the sandbox, and its fields."""
    return Run("answered", tuple((kind, fields) for kind, fields in faults))


def unreachable(*endpoints):
    """Mollie can't be reached at the step: the address of its API is another."""
    return Run("unreachable", endpoints)


CRON = Run("cron", ("killed",))

NOTHING_RUNS = Never("Nothing of ours runs: the customer is at Mollie's.")
NO_STATEMENT = Never("PostgreSQL is asked for nothing while Mollie is awaited.")
NO_FILE = Never("No file is written; Python's logging goes on when its file can't be written.")
NOT_ASKED = Never("Mollie is not asked for anything at this step.")
NOT_AWAITED = Never("Nobody waits for an answer: the step is the customer's.")
CONNECTED = Never("The connection stands since S3.")
REFUSED_FIRST = Never("Mollie refuses before it makes a payment: S3.")
CONTENT = Never("What an answer holds matters when it arrives: S5.")
STATUS = Never("A status comes in place of what was made: S4.")
NOT_CRON = Never("The scheduled action begins with asking Mollie: S10.")

PAY_SQL = ("S1", "S2", "S5", "S6")
HOOK_SQL = ("S9", "S11", "S12", "S13", "S14", "S15")
SQL = PAY_SQL + HOOK_SQL
AWAITED = ("S3", "S4", "S10")
AWAY = ("S7", "S8")
CREATED, MADE, ANSWER, FETCHED = "S3", "S4", "S5", "S10"
UNASKED = tuple(step for step in STEPS if step not in (CREATED, MADE, ANSWER, FETCHED))
CRONS = ("S10", "S11", "S12", "S13", "S14", "S15")
EVERYWHERE = tuple(STEPS)

# `as_made`: the work is done before the answer is spoiled.
AS_MADE = {"as_made": True}
BROKEN = (("broken-json", AS_MADE), ("half-json", {}), ("cut-half", {}))
# What is missing in turn; all of it, too.
MISSING = tuple(
    ("lie", {"remove": fields})
    for fields in (["id"], ["status"], ["amount"], ["_links"], ["metadata"], ["mode"])
) + (("empty", AS_MADE), ("null", AS_MADE), ("list", AS_MADE))
# A name that nobody has, by RFC 2606; a port of the sandbox's that speaks no TLS.
NO_NAME = "https://mollie.invalid"
NO_TLS = "https://{sandbox}"


def statements(sqlstate, without=NO_STATEMENT):
    """Return the row of a fault that PostgreSQL reports."""
    return {SQL: raised(sqlstate), AWAITED: without, AWAY: NOTHING_RUNS}


# Each fault with the cells of its row: steps, and what holds for them.
ROWS = {
    "killed": {EVERYWHERE: held("killed")},
    "PostgreSQL restarts": {EVERYWHERE: held("postgresql_restarted")},
    "connection cut": {
        SQL: held("connection_cut"),
        (CREATED,): answered(("close", {})),
        (MADE,): answered(("cut-after", {})),
        (FETCHED,): answered(("close", {}), ("cut-after", {}), ("cut-half", {})),
        AWAY: NOTHING_RUNS,
    },
    "slow": {
        SQL: held("asked_again"),
        (CREATED, FETCHED): answered(("slow", {"seconds": 30})),
        (MADE,): answered(("slow-after", {"seconds": 30})),
        AWAY: NOT_AWAITED,
    },
    "429": {
        (CREATED, FETCHED): answered(("429", {}), ("429", {"retry_after": "60"})),
        (MADE, ANSWER): REFUSED_FIRST,
        UNASKED: NOT_ASKED,
    },
    "503": {
        (CREATED, FETCHED): answered(("503", {})),
        (MADE,): answered(("503", AS_MADE)),
        (ANSWER,): STATUS,
        UNASKED: NOT_ASKED,
    },
    "502 with HTML": {
        (CREATED, FETCHED): answered(("502", {})),
        (MADE,): answered(("502", AS_MADE)),
        (ANSWER,): STATUS,
        UNASKED: NOT_ASKED,
    },
    "broken JSON": {
        (CREATED,): answered(("broken-json", {})),
        (ANSWER, FETCHED): answered(*BROKEN),
        (MADE,): CONTENT,
        UNASKED: NOT_ASKED,
    },
    "JSON without fields": {
        (CREATED,): answered(("empty", {}), ("null", {}), ("list", {})),
        (ANSWER, FETCHED): answered(*MISSING),
        (MADE,): CONTENT,
        UNASKED: NOT_ASKED,
    },
    "TLS fails": {
        (CREATED, FETCHED): unreachable(NO_TLS),
        (MADE, ANSWER): CONNECTED,
        UNASKED: NOT_ASKED,
    },
    "name not resolved": {
        (CREATED, FETCHED): unreachable(NO_NAME),
        (MADE, ANSWER): CONNECTED,
        UNASKED: NOT_ASKED,
    },
    "key withdrawn": {
        (CREATED, FETCHED): answered(("401", {})),
        (MADE, ANSWER): REFUSED_FIRST,
        UNASKED: NOT_ASKED,
    },
    "disk full": statements("53100", NO_FILE),
    "lock times out": statements("55P03"),
    "not serializable": statements("40001"),
    "deadlock": statements("40P01"),
    "clock an hour off": {EVERYWHERE: held("clock_ahead", "clock_behind")},
    "scheduler killed": {
        CRONS: CRON,
        tuple(step for step in STEPS if step not in CRONS): NOT_CRON,
    },
    "period locked": {EVERYWHERE: held("period_locked")},
    "journal archived": {EVERYWHERE: held("journal_archived")},
    "account missing": {EVERYWHERE: held("account_archived")},
    # Where PostgreSQL is not asked, the kernel ends the process that wants too much.
    "memory runs out": {SQL: raised("53200"), AWAITED + AWAY: held("killed")},
    "upgrade in between": {EVERYWHERE: held("upgraded")},
    "read-only database": {
        SQL: raised("25006"),
        AWAITED: NO_STATEMENT,
        AWAY: held("read_only"),
    },
}

CELLS = {
    (step, fault): cell
    for fault, row in ROWS.items()
    for steps, cell in row.items()
    for step in steps
}
