import json

from odoo import http
from odoo.http import request

from ..models.health.checks import check_setup, status_of, text_of, worst
from ..models.mollie_limit import TooOften
from .public import gone_page, public_route, respond
from .visitor import visitor


class HealthController(http.Controller):
    """Where monitoring asks whether a company's set-up is well."""

    @public_route("/mollie/health", "/mollie/health/<path:token>", methods=("GET", "HEAD"))
    def health(self, token="", **_params):
        """Tell what the settings tell at "Check set-up", without asking Mollie.

        :param str token: the company's token of monitoring.
        :return: ``{"status": …, "checks": [{"id": …, "status": …, "text": …}, …]}``, each status
            `ok`, `warning` or `error`; with status 200, however it is. Empty with 429 for who asks
            too often.
        """
        company_sudo = request.env["res.company"].sudo()._mollie_find_by_health_token(token)
        if not company_sudo:
            return gone_page()
        try:
            request.env["mollie.limit"].sudo()._take(("health", visitor()))
        except TooOften as error:
            return respond("", 429, {"Retry-After": str(error.seconds)})
        problems = check_setup(company_sudo)
        checks = [
            {
                "id": name,
                "status": status_of(problem),
                "text": text_of(name, problem, request.env)[0],
            }
            for name, problem in problems.items()
        ]
        body = {"status": worst(problems.values()), "checks": checks}
        return respond(json.dumps(body), content_type="application/json")
