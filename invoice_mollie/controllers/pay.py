import logging

from odoo import http
from odoo.exceptions import LockError
from odoo.http import request

from ..gateway import MollieError
from ..models.errors import error_detail
from ..models.mollie_limit import TooOften
from ..models.typed import WrongAmount
from .kept_pages import find_page, keep_page
from .languages import chosen_language
from .page_values import (
    in_page_language,
    next_values,
    page_values,
    site_values_of,
    wait_text,
)
from .public import (
    gone_page,
    is_fetched_ahead,
    is_from_another_site,
    public_route,
    render,
    respond,
)
from .visitor import visitor

_logger = logging.getLogger(__name__)

# Seconds until a waiting page asks again, longer each time; then it stays as it is.
REFRESH_SECONDS = (2, 3, 5, 5, 10, 10, 15, 20, 30, 30, 60, 60)


class PayController(http.Controller):
    """The pages a customer sees: pay, and the return from Mollie's checkout."""

    @public_route("/mollie/pay", "/mollie/pay/<path:token>", methods=("GET", "HEAD", "POST"))
    def pay(self, token="", again="", choice="all", amount="", go="", **_params):
        """Show what is due (GET), or send the customer to Mollie to pay it (POST).

        :param str token: token of the payment link.
        :param str again: make another attempt although one is alive.
        :param str choice: how much: `all`, `next`, `alive`, or `other` for the typed `amount`.
        :param str go: go on to the attempt that somebody else started, see `_wait_for_other`.
        """
        is_view = request.httprequest.method == "GET" and not go
        if is_view and (kept := find_page(token)):
            return respond(kept)
        link_sudo = request.env["mollie.payment.link"].sudo()._find_by_token(token)
        if link_sudo.state != "active":
            return gone_page()
        if request.httprequest.method != "POST":
            return self._go_on(link_sudo) if go else self._show(link_sudo)
        if is_from_another_site():
            # Somebody else's page pressed the button: show ours, where the customer can.
            return self._show(link_sudo)
        return self._start(link_sudo, bool(again), choice, amount)

    def _show(self, link_sudo, typed=None):
        """Return the page of the invoice.

        :param str typed: the amount that was refused, if one was.
        """
        try:
            # Before it says that nothing was taken: a webhook may have been lost.
            is_known = link_sudo._look()
        except LockError:
            is_known = False
        if not is_known:
            return self._wait(link_sudo)
        if request.httprequest.method == "GET" and not is_fetched_ahead():
            link_sudo._mark_viewed()
        state = link_sudo._get_page_state()
        values = page_values(link_sudo, link_sudo._get_attempt(state))
        if typed is None:
            return self._kept(link_sudo, render(state, values))
        problem = in_page_language(link_sudo)._get_amount_advice()
        return render(state, values | {"problem": problem, "typed": typed[:64]}, 422)

    def _kept(self, link_sudo, answer):
        """Keep a page that was viewed for who looks again, and return it."""
        is_viewed = request.httprequest.method == "GET" and link_sudo.first_viewed
        seconds = link_sudo._get_page_seconds() if is_viewed else 0
        if seconds > 0:
            keep_page(link_sudo.token, answer.get_data(), seconds)
        return answer

    def _wait(self, link_sudo):
        """Return the page for an attempt of which we don't know how it ended."""
        values = page_values(link_sudo)
        headers = _refresh(f"/mollie/pay/{link_sudo.token}")
        return render("unknown", values | {"is_refreshing": bool(headers)}, headers=headers)

    def _start(self, link_sudo, *wishes):
        is_undecided = bool(link_sudo.move_id._get_mollie_undecided())
        try:
            lang = in_page_language(link_sudo).env.lang
            tx_sudo = link_sudo._start_payment(visitor(), lang, *wishes)
        except LockError:
            return self._wait_for_other(link_sudo, wishes == (False, "all", ""))
        except TooOften as error:
            return self._refuse(link_sudo, error.seconds)
        except WrongAmount:
            return self._show(link_sudo, typed=wishes[-1])
        except MollieError as error:
            if is_undecided:
                return self._wait(link_sudo)
            return self._down(link_sudo, error)
        return self._send_off(link_sudo, tx_sudo)

    def _send_off(self, link_sudo, tx_sudo):
        """Send the customer to Mollie's checkout, if there is one."""
        if not tx_sudo.mollie_checkout_url:
            return self._show(link_sudo)
        return respond("", 303, {"Location": tx_sudo.mollie_checkout_url})

    def _wait_for_other(self, link_sudo, goes_on):
        """Return the page for who pressed Pay while somebody else did.

        :param bool goes_on: whether the other's attempt is what was wanted, too.
        """
        values = page_values(link_sudo)
        # The other may be booking what somebody has paid.
        is_undecided = bool(link_sudo.move_id._get_mollie_undecided())
        headers = _refresh(f"/mollie/pay/{link_sudo.token}", "go=1" if goes_on else "")
        return render("moment", values | {"is_undecided": is_undecided}, headers=headers)

    def _go_on(self, link_sudo):
        """Send who waited to the attempt that somebody else has started by now."""
        if not link_sudo.move_id.try_lock_for_update(allow_referencing=True):
            return self._wait_for_other(link_sudo, True)
        return self._send_off(link_sudo, link_sudo._get_alive_attempt())

    def _refuse(self, link_sudo, seconds):
        values = page_values(link_sudo)
        wait = wait_text(values["env"], seconds)
        return render("too_often", values | {"wait": wait}, 429, {"Retry-After": str(seconds)})

    def _down(self, link_sudo, error):
        _logger.warning("Mollie made no payment for %s: %s", link_sudo.move_id.name, error.detail)
        detail = error_detail(error)
        link_sudo.move_id._log_mollie_failure("pay", detail)
        # With a key that is refused nobody need try again.
        page = "unavailable" if detail == "key" else "down"
        return render(page, page_values(link_sudo), 503)

    @public_route("/mollie/return", "/mollie/return/<path:token>", methods=("GET", "HEAD"))
    def return_from_checkout(self, token="", **_params):
        """Show the customer how the payment ended, as Mollie says, not as the address says.

        :param str token: the transaction's return token.
        """
        Transaction = request.env["payment.transaction"].sudo()
        tx_sudo = Transaction._mollie_find_by_token("return", token)
        if not tx_sudo.mollie_link_id:
            return gone_page()
        link_sudo, state = tx_sudo.mollie_link_id, "unknown"
        if tx_sudo._mollie_look("return"):
            state, tx_sudo = link_sudo._get_news(tx_sudo)
        headers = _refresh(f"/mollie/return/{token}") if state == "unknown" else {}
        values = {"is_refreshing": bool(headers)}
        if link_sudo.state != "active":
            # The address is for nobody's eyes any more; who paid is told no more than how it ended.
            values |= site_values_of(link_sudo, tx_sudo) | {"outcome": state}
            return render("outcome", values, headers=headers)
        values |= page_values(link_sudo, tx_sudo)
        if state == "success":
            values["next_invoice"] = next_values(link_sudo, tx_sudo)
        return render(state, values, headers=headers)

    @public_route("/mollie/link", methods=("GET", "HEAD", "POST"))
    def mail_link(self, number="", **_params):
        """Show the form (GET), or have the current link mailed to the address known for an invoice
        (POST), and say the same always.

        :param str number: the invoice's.
        """
        if request.httprequest.method != "POST":
            return gone_page("ask", 200)
        if is_from_another_site():
            return gone_page(status=403)
        Request = request.env["mollie.link.request"].sudo()
        Request._ask(number.strip()[:64], _token_of_referrer(), visitor())
        return gone_page("sent", 200)


def _token_of_referrer():
    """Return the token of the outdated link that led to the form, or what stands there.

    Not a field of the form: the page of a link that is gone has the same bytes for every token.
    """
    return (request.httprequest.referrer or "").partition("/mollie/pay/")[2].partition("?")[0]


def _refresh(url, query=""):
    """Return the header that lets a page ask again, without script, for a while.

    A header, not a meta element: screen readers are not interrupted by markup that reloads.
    """
    count = request.httprequest.args.get("n", "0")
    count = int(count) if count.isascii() and count.isdigit() and len(count) < 4 else 0
    if count >= len(REFRESH_SECONDS):
        return {}
    lang = chosen_language()
    query = "&".join(filter(None, (f"n={count + 1}", query, lang and f"lang={lang}")))
    return {"Refresh": f"{REFRESH_SECONDS[count]}; url={url}?{query}"}
