"""Random tokens in addresses: who has one has the right to what it was made for, and no other."""

import re
import secrets

from odoo.tools import consteq

# 192 random bits (ASVS 11.5.1); 32 characters in the address.
TOKEN_BYTES = 24
# Longer ones are signed: what was sent to Mollie before tokens were stored.
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32,200}")


def new_token():
    return secrets.token_urlsafe(TOKEN_BYTES)


def is_token(text):
    """Return whether something could be a token."""
    return isinstance(text, str) and bool(_TOKEN.fullmatch(text))


def find_by_token(Model, name, token):
    """Return the record with a token, or an empty recordset.

    In sudo mode: the token is the visitor's only right.

    :param str name: the field of the tokens.
    :param token: whatever the visitor sent.
    """
    if not is_token(token):
        return Model.browse()
    # With what a request looks at next, by the same query.
    record = Model.search_fetch([(name, "=", token)], limit=1)
    return record if record and consteq(record[name], token) else Model.browse()
