"""Mollie connected to somebody else's profile for a while, switched off, or asked by a copy."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.common import OTHER_KEY, TEST_KEY


class ConnectionRules:
    """The provider switched off, or connected to somebody else's profile for a while."""

    @rule(state=st.sampled_from(["disabled", "test"]))
    def switch_provider(self, state):
        """Let nobody pay any more, or again. What was paid before is followed all the same."""
        self.case.provider.state = state

    @rule(key=st.sampled_from([OTHER_KEY, TEST_KEY]))
    def change_key(self, key):
        self.try_to(lambda: self.paste_key(key))
        self.heard.is_deaf = self.is_away() or self.is_copy

    def paste_key(self, key):
        """Paste a key into the settings; pressing Connect only has core save all the others too."""
        self.case.settings(mollie_api_key=key, mollie_connect_anyway=True)

    @precondition(lambda self: not self.has_lost_attempts())
    @rule()
    def restore_copy(self):
        """Go on with a copy of the database: it has another name of its own.

        Not while an attempt is lost: what Odoo has no id of is looked for by the database's name,
        and if there is nothing else, nothing tells the copy that there was another one. Customers
        can't pay such an attempt, for nobody got the address of its checkout.
        """
        self.case.env["ir.config_parameter"].set_param("database.uuid", "another database")
        # Until somebody says so, it follows nothing that the original asked for.
        self.is_copy = self.heard.is_deaf = True

    def is_away(self):
        """Return whether Mollie is asked with the key of another profile."""
        return self.case.provider.mollie_api_key != TEST_KEY

    def can_pay(self):
        """Nobody can while the provider is off, nor while an attempt can't be looked at."""
        is_on = self.case.provider.state != "disabled"
        return is_on and not self.others_payments() and super().can_pay()

    def finish(self):
        """Look with each key at what was paid with it, once it is said whose place this database
        took.
        """
        is_off = self.case.provider.state == "disabled"
        is_elsewhere = bool(is_off or self.is_away() or self.others_payments())
        for key in (OTHER_KEY, TEST_KEY) if is_elsewhere else (TEST_KEY,):
            if is_elsewhere:
                self.paste_key(key)
            # With each key, for no other tells who made what was asked for with it.
            self.take_over()
            self.heard.is_deaf = self.is_away()
            self.reconcile()
            if is_elsewhere:
                self.check_with_mollie()
        self.heard.lost.clear()
        super().finish()

    def take_over(self):
        """Say that this database took the place of the one of which it is a copy."""
        if self.is_copy and self.heard.is_deaf:
            self.check_with_mollie()  # Each payment tells who made it.
            self.case.settings().action_mollie_take_over_payments()

    def others_payments(self):
        """Return the payments that were made with another profile's key."""
        profile = self.case.sandbox.profile_of(TEST_KEY)
        return [p for p in self.mollie.payments() if p["profileId"] != profile]

    def has_needs(self):
        """Also to look with the key of another profile is a person's."""
        return bool(self.others_payments()) or super().has_needs()
