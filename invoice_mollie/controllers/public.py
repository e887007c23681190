"""What every public answer has in common: headers, layout values, errors."""

import functools
import logging

from odoo import http
from odoo.exceptions import ConcurrencyError
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools.image import image_data_uri

from ..addresses import is_on_this_machine, parts_of
from ..models.provider.connection import ENDPOINT_PARAMETER
from .languages import (
    in_chosen_language,
    language_choices,
    language_of_texts,
    page_language,
)
from .stylesheet import is_color, stylesheets

_logger = logging.getLogger(__name__)

HEADERS = {
    # `form-action` names no host: the payment page answers with a redirect to Mollie, which
    # redirects on to banks, and browsers check every hop.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:;"
    " font-src 'self'; script-src 'self'; connect-src 'self'; base-uri 'none';"
    " frame-ancestors 'none'; form-action 'self' https:",
    # Not `no-referrer`: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "payment=(), camera=(), microphone=(), geolocation=()",
}
# Added to `form-action` where a sandbox on this machine, which has no https, plays Mollie.
SANDBOX_HOSTS = " http://127.0.0.1:* http://localhost:*"
# Bytes. Customers press buttons, Mollie sends an id: more is refused before it is read, since
# reading 400,000 parameters takes seconds and megabytes.
MAX_BODY = 4096
# Odoo's own.
DEFAULT_COLOR = "714b67"
# In which browsers say for what they fetch a page.
PURPOSE_HEADERS = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")


def public_route(*routes, methods):
    """Declare a public route that answers every method, and every error, with our headers.

    The token in the address is the visitor's right: no session, no CSRF token, which would die
    with the session while the page is open.

    :param tuple methods: the HTTP methods that are served; others get 405.
    """

    def decorate(handler):
        @http.route(
            routes,
            type="http",
            auth="public",
            csrf=False,
            save_session=False,
            max_content_length=MAX_BODY,
        )
        @functools.wraps(handler)
        def answer(self, **params):
            if request.httprequest.method not in methods:
                return respond("", 405, {"Allow": ", ".join(methods)})
            try:
                return handler(self, **texts(params))
            except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError):
                raise  # Odoo replays the request.
            except Exception:
                if request.env.cr.closed:
                    raise  # PostgreSQL is gone, see `IrHttp._handle_error`.
                _logger.exception("A public page of invoice_mollie failed.")
                request.env.cr.rollback()
                return error_page()

        return answer

    return decorate


def texts(params):
    """Return the parameters that are texts (no uploads), as the database can compare them."""
    return {
        name: value.replace("\0", "\ufffd")
        for name, value in params.items()
        if isinstance(value, str)
    }


def is_from_another_site():
    """Return whether a page that is not ours has the visitor's browser send this request.

    Neighbours, on another host of the same domain, are others, too. Old browsers tell only where
    the page was; what is no browser tells nothing.
    """
    headers = request.httprequest.headers
    if site := headers.get("Sec-Fetch-Site"):
        return site not in ("same-origin", "none")
    origin = headers.get("Origin")
    if not origin:
        return False
    # A proxy may call us by another name than customers do.
    own_url = request.env.company.sudo()._get_mollie_base_url()
    # What is no address has no host, and so is nobody's.
    own_hosts = {request.httprequest.host, parts_of(own_url).netloc.lower()} - {""}
    return parts_of(origin).netloc.lower() not in own_hosts


def is_fetched_ahead():
    """Return whether the page is fetched before anybody wants to see it, and maybe nobody will."""
    headers = request.httprequest.headers
    purposes = [headers.get(name, "").lower() for name in PURPOSE_HEADERS]
    return any("prefetch" in purpose or "preview" in purpose for purpose in purposes)


def respond(body, status=200, headers=None, content_type="text/html; charset=utf-8"):
    """Return an answer with the headers of every public page."""
    all_headers = {**HEADERS, "Content-Type": content_type, **(headers or {})}
    endpoint = request.env["ir.config_parameter"].sudo().get_param(ENDPOINT_PARAMETER)
    if is_on_this_machine(endpoint):
        all_headers["Content-Security-Policy"] += SANDBOX_HOSTS
    return request.make_response(body, all_headers.items(), status=status)


def render(state, values, status=200, headers=None):
    """Return the page of a state, rendered in the language of the environment.

    :param str state: the template is `invoice_mollie.state_<state>`.
    """
    body = values.pop("env")["ir.qweb"]._render(f"invoice_mollie.state_{state}", values)
    return respond(body, status, headers)


def site_values(env, company):
    """Return what the layout needs: the seller and the language."""
    color = (company.primary_color or "").lstrip("#").lower()
    return {
        "env": env,
        "html_lang": language_of_texts(env.lang or "en_US"),
        "languages": language_choices(env, env.lang or "en_US"),
        "stylesheets": stylesheets(color if is_color(color) else DEFAULT_COLOR),
        "company": {
            "name": company.name,
            "logo": _logo(company),
            "email": company.email,
            "phone": company.phone,
            # For who can be reached in no other way.
            "website": not (company.email or company.phone) and _website(company),
        },
        "is_test": False,
    }


def _logo(company):
    """Return the company's logo as a data URI; Odoo's placeholder is none."""
    if company.uses_default_logo or not company.logo_web:
        return ""
    return image_data_uri(company.logo_web)


def _website(company):
    """Return the address of the company's website, if it is one."""
    website = company.website or ""
    return website if parts_of(website).scheme in ("http", "https") else ""


def gone_page(state="gone", status=404):
    """Return the one page for tokens that are unknown, revoked or malformed."""
    env = request.env(su=True)
    lang = page_language(env, env.company.partner_id.lang)
    company = env.company.with_context(lang=lang)
    values = site_values(company.env, company)
    if state == "sent":
        # By another address one would come to an empty form, as if nothing had been sent.
        values["languages"] = []
    return render(state, values | {"ask_url": in_chosen_language("/mollie/link")}, status)


def error_page():
    """Return the page for an error of ours, which is in the server's log."""
    return gone_page("error", 500)
