from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...gateway import MollieError
from ...money.statuses import UNDECIDED
from ..sums import name_sums

PAYMENTS = Domain("mollie_kind", "=", "payment") & Domain("provider_reference", "!=", False)


class Profile:
    """Whose the key is: it sees the payments of its own profile and mode (test or live), and no
    others.
    """

    __slots__ = ()

    def _mollie_has_live_key(self):
        """Return whether the key is one of live mode."""
        return is_live(self.sudo().mollie_api_key)  # In sudo mode to read the API key.

    def _mollie_learn_profile(self):
        """Find out whose the key is, if it did not come by way of Connect.

        :raise MollieError: if Mollie can't say.
        """
        if not self.mollie_profile_id:
            self.mollie_profile_id = self._mollie_gateway().profile().id

    def _mollie_search_open(self):
        """Return the payments, in sudo mode, of which Mollie has not told how they end, nor what
        becomes of a rest that is reserved.
        """
        own = PAYMENTS & Domain("provider_id", "=", self.id)
        undecided = Domain("state", "in", UNDECIDED)
        reserved = Domain("mollie_reserved_until", ">", fields.Datetime.now())
        unseen = Domain("mollie_unknown", "!=", False)
        in_part = Domain("state", "=", "done") & (reserved | unseen)
        Transaction = self.env["payment.transaction"].sudo()
        return Transaction.search(own & (undecided | in_part)).filtered(
            lambda tx: tx.state in UNDECIDED or tx.mollie_amount_reserved
        )

    def _mollie_describe_open(self):
        """Return number and amount of the open payments that the key sees; empty if there is none.

        In sudo mode because administrators need not see transactions.
        """
        is_live = self._mollie_has_live_key()
        txs_sudo = self._mollie_search_open().filtered(lambda tx: tx.is_live == is_live)
        return f"{len(txs_sudo)} ({_name_amounts(txs_sudo)})" if txs_sudo else ""

    def _mollie_ensure_stays_live(self, api_key):
        """Refuse a test key where money comes in: invoices would count as paid by test payments.

        :raise UserError: with the way to go on.
        """
        if is_live(api_key) or not self._mollie_has_live_key():
            return
        # In sudo mode because administrators need not see transactions.
        came_in = Domain("provider_id", "=", self.id) & Domain("is_live", "=", True)
        Transaction = self.env["payment.transaction"].sudo()
        if Transaction.search_count(came_in & Domain("state", "=", "done"), limit=1):
            raise UserError(
                self.env._(
                    "%s collects money with a live API key. With a test key no money comes in, but"
                    " invoices count as paid all the same. Try things out in a copy of the"
                    ' database; or tick "Connect all the same" below the key and press Connect'
                    " again.",
                    self.company_id.display_name,
                )
            )

    def _mollie_ensure_none_left_behind(self, api_key, profile):
        """Refuse a key that can't see payments that are open: nobody would hear how they end.

        Test payments bring no money: going live need not wait for them.

        :param Profile profile: whose the new key is.
        :raise UserError: with the number of these payments, their amount, and how to go on.
        """
        will_be_live, former = is_live(api_key), self._mollie_former_profile(api_key)
        left_sudo = self._mollie_search_open().filtered(
            lambda tx: (
                (
                    tx.is_live != will_be_live
                    or (tx.mollie_profile or former or profile.id) != profile.id
                )
                and (tx.is_live or not will_be_live)
            )
        )
        if left_sudo:
            raise UserError(
                self.env._(
                    "%(company)s: the new API key can't see payments that are still open:"
                    " %(count)s, of %(amount)s in all. Wait until they are decided, or tick"
                    ' "Connect all the same" below the key and press Connect again. They are heard'
                    " of when a key of their own profile and mode is connected again.",
                    company=self.company_id.display_name,
                    count=len(left_sudo),
                    amount=_name_amounts(left_sudo),
                )
            )

    def _mollie_former_profile(self, api_key):
        """Return the id of the profile of the key that is about to be replaced, False if Mollie
        does not say: of payments that name none, it was this one's.
        """
        former_key = self.sudo().mollie_api_key  # In sudo mode to read the API key.
        if self.mollie_profile_id or former_key in (False, api_key):
            return self.mollie_profile_id
        try:
            return self._mollie_gateway().profile().id
        except MollieError:
            return False


def _name_amounts(txs):
    return name_sums((tx.currency_id, tx.mollie_amount_reserved or tx.amount) for tx in txs)


def is_live(api_key):
    return (api_key or "").startswith("live_")


def kind_of(api_key):
    """Return what everybody may know of a key: whether it is one for tests or a live one."""
    kind = api_key[:5]
    return f"{kind}…" if kind in ("test_", "live_") else "?" if api_key else ""
