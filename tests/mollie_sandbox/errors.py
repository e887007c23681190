"""Mollie's error replies: `{status, title, detail[, field], _links}`."""

import http

from .const import ERRORS_URL


class ApiError(Exception):
    """An error that ends the request with one of Mollie's error bodies.

    :param int status: HTTP status.
    :param str detail: Mollie's sentence.
    :param str field: The path of the parameter at fault, dotted.
    """

    def __init__(self, status, detail, field=None):
        super().__init__(detail)
        self.status, self.detail, self.field = status, detail, field

    @property
    def body(self):
        return error_body(self.status, self.detail, self.field)


class Unprocessable(ApiError):
    """422: understood, but not acceptable."""

    def __init__(self, detail, field=None):
        super().__init__(422, detail, field)


class NotFound(ApiError):
    """404 for a resource: unknown, of another profile and of the other mode look the same."""

    def __init__(self, what, token):
        super().__init__(404, f"No {what} exists with token {token}.")


# Python's name for 422 changed between versions; Mollie's did not.
TITLES = {status.value: status.phrase for status in http.HTTPStatus} | {422: "Unprocessable Entity"}


def title(status):
    return TITLES.get(status, "Error")


def error_body(status, detail, field=None):
    body = {"status": status, "title": title(status), "detail": detail}
    if field:
        body["field"] = field
    body["_links"] = {"documentation": {"href": ERRORS_URL, "type": "text/html"}}
    return body
