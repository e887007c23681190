"""Who asks, as far as limits tell visitors apart."""

from ipaddress import ip_address, ip_network

from odoo.http import request

# Providers give each customer a network at least this small.
IPV6_PREFIX = 64


def visitor():
    """Return where the request comes from: an IPv4 address, or a network of IPv6.

    As Odoo sees it: with `proxy_mode` what the proxy in front saw, else who is connected. What else
    the request says of its origin, anybody can write. All that is no address counts as one.
    """
    text = (request.httprequest.remote_addr or "").partition("%")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 4:
        return str(address)
    return str(ip_network((address, IPV6_PREFIX), strict=False))
