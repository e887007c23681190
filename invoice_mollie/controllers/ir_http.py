"""What Odoo answers by itself on our addresses, before and after our own code."""

import re

from werkzeug.exceptions import HTTPException, NotFound

from odoo import models
from odoo.http import request

from .interrupted import interrupted_page
from .public import HEADERS, MAX_BODY, error_page, gone_page

# Core's Mollie routes too, and as strangers type them: more slashes, a language before.
_OURS = re.compile(r"(/+[a-z]{2,3}(_\w+)?)?(/+payment)?/+mollie/")


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        """Override of `base` to give redirects and refused methods our headers, and to limit what
        is read of requests for an address that is none: core reads them all the same.
        """
        if not _OURS.match(path):
            return super()._match(path)
        request.httprequest.max_content_length = MAX_BODY
        try:
            return super()._match(path)
        except HTTPException as answer:
            answer.response = _with_our_headers(answer)
            raise

    @classmethod
    def _dispatch(cls, endpoint):
        """Override of `base` to ignore parameters of which core makes an error on every route: one
        has the name of the method's own, one a name that could not be read.
        """
        if _OURS.match(request.httprequest.path):
            request.params.pop("self", None)
            request.params.pop(None, None)
        return super()._dispatch(endpoint)

    @classmethod
    def _serve_fallback(cls):
        """Override of `base` to look for no file at an address that no database can hold."""
        path = request.httprequest.path
        is_storable = "\0" not in path or not _OURS.match(path)
        return super()._serve_fallback() if is_storable else None

    @classmethod
    def _handle_error(cls, exception):
        """Override of `base` to answer on our addresses as our own code does."""
        if not _OURS.match(request.httprequest.path):
            return super()._handle_error(exception)
        if request.env.cr.closed:
            return interrupted_page()
        request.env.cr.rollback()
        if not request.env.uid:
            cls._auth_method_public()
        if isinstance(exception, NotFound):
            return gone_page()
        if isinstance(exception, HTTPException):
            return _with_our_headers(exception)
        return error_page()


def _with_our_headers(answer):
    """Return the response of an :class:`HTTPException` with the headers of every public page."""
    response = answer.get_response()
    response.headers.update(HEADERS)
    return response
