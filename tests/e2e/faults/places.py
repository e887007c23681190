"""Where a request can be held up, or be refused, at each step that is ours or Mollie's."""

import contextlib

from tests.e2e.server import database, until

# What a statement of a step does: it waits for a lock that the test has, or is refused; only the
# first one does, for a sequence is not rolled back.
TRAP = """
    CREATE SEQUENCE e2e_step;
    CREATE FUNCTION e2e_step(what text) RETURNS boolean VOLATILE LANGUAGE plpgsql AS $$
    BEGIN
        IF nextval('e2e_step') > 1 THEN
            RETURN true;
        ELSIF what = 'wait' THEN
            PERFORM pg_advisory_xact_lock_shared(19);
        ELSE
            RAISE EXCEPTION 'refused for a test' USING ERRCODE = what;
        END IF;
        RETURN true;
    END $$;
    CREATE FUNCTION e2e_trigger() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM e2e_step(TG_ARGV[0]);
        RETURN NEW;
    END $$;
"""
NO_TRAP = """
    DROP FUNCTION IF EXISTS e2e_trigger, e2e_step CASCADE;
    DROP SEQUENCE IF EXISTS e2e_step;
"""
WAITING = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 19 AND NOT granted"


class Statement:
    """A place in our dealings with PostgreSQL."""

    def __init__(self, set_up, tear_down=""):
        self.set_up, self.tear_down = set_up, tear_down

    @contextlib.contextmanager
    def _trapped(self, what):
        with database() as cursor:
            cursor.execute(NO_TRAP + TRAP)
            cursor.execute(self.set_up.format(what=what))
            try:
                yield cursor
            finally:
                cursor.execute("SELECT pg_advisory_unlock_all()")
                cursor.execute(self.tear_down + NO_TRAP)

    @contextlib.contextmanager
    def holding(self, _sandbox):
        """Hold up who comes first, until the block ends or the hold is released."""
        with self._trapped("wait") as cursor:
            cursor.execute("SELECT pg_advisory_lock(19)")
            yield HeldStatement(cursor)

    @contextlib.contextmanager
    def raising(self, sqlstate):
        """Refuse who comes first; yield a function that tells whether somebody came."""
        with self._trapped(sqlstate) as cursor:

            def is_hit():
                cursor.execute("SELECT is_called FROM e2e_step")
                return cursor.fetchone()[0]

            yield is_hit


class HeldStatement:
    """Somebody who waits in the middle of a statement."""

    def __init__(self, cursor):
        self.cursor = cursor

    def wait(self):
        until(self._get_waiting, what="somebody to come to the step")

    def _get_waiting(self):
        self.cursor.execute(WAITING)
        return self.cursor.fetchone()

    def release(self):
        self.cursor.execute("SELECT pg_advisory_unlock_all()")


class Call:
    """A place at Mollie's: before or after it does what it was asked for."""

    def __init__(self, method, kind):
        self.method, self.kind = method, kind

    @contextlib.contextmanager
    def holding(self, sandbox):
        sandbox.fault(self.kind, method=self.method, seconds=60)
        try:
            yield HeldCall(sandbox)
        finally:
            sandbox.clear_faults()


class HeldCall:
    """Somebody who waits for Mollie."""

    def __init__(self, sandbox):
        self.sandbox = sandbox

    def wait(self):
        self.sandbox.wait_held()

    def release(self):
        self.sandbox.clear_faults()


def read(table):
    """The first time that a table is read: a view, under its name, for triggers don't see it."""
    set_up = f"""
        ALTER TABLE {table} RENAME TO e2e_table;
        CREATE VIEW {table} AS SELECT * FROM e2e_table WHERE e2e_step('{{what}}')
    """
    return Statement(set_up, f"DROP VIEW {table}; ALTER TABLE e2e_table RENAME TO {table};")


def write(table, event, when="true"):
    """The first write of a kind."""
    return Statement(
        f"CREATE TRIGGER e2e_step BEFORE {event} ON {table} FOR EACH ROW WHEN ({when})"
        " EXECUTE FUNCTION e2e_trigger('{what}')"
    )


def commit(table, event, when="true"):
    """The commit after a write of a kind."""
    return Statement(
        f"CREATE CONSTRAINT TRIGGER e2e_step AFTER {event} ON {table}"
        f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({when})"
        " EXECUTE FUNCTION e2e_trigger('{what}')"
    )


ADOPTED = "OLD.provider_reference IS NULL AND NEW.provider_reference IS NOT NULL"
DONE = "OLD.state <> 'done' AND NEW.state = 'done'"
PLACES = {
    "S1": read("mollie_payment_link"),
    "S2": write("payment_transaction", "INSERT"),
    "S3": Call("POST", "slow"),
    "S4": Call("POST", "slow-after"),
    "S5": write("payment_transaction", "UPDATE", ADOPTED),
    "S6": commit("payment_transaction", "UPDATE", ADOPTED),
    "S9": read("payment_transaction"),
    "S10": Call("GET", "slow"),
    "S11": write("payment_transaction", "UPDATE", DONE),
    "S12": write("account_payment", "INSERT"),
    "S13": write("account_partial_reconcile", "INSERT"),
    "S14": commit("payment_transaction", "UPDATE", DONE),
    "S15": write("mail_message", "INSERT"),
}
