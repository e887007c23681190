"""/v2/profiles/me: whose key it is."""

from flask import Blueprint, g

from .render import documentation, link

api = Blueprint("profiles", __name__, url_prefix="/v2/profiles")


@api.get("/me")
def me():
    """The profile of the key. (Organisation tokens get 403 at Mollie; here they get 401.)"""
    profile = g.access.profile
    url = f"{g.base}/v2/profiles/{profile.id}"
    body = {
        "resource": "profile",
        "id": profile.id,
        "mode": g.access.mode,
        "name": f"Sandbox {profile.id[-4:]}",
        "website": "https://www.example.org",
        "email": "info@example.org",
        "phone": "+31208202070",
        "description": "A profile of the sandbox",
        "countriesOfActivity": ["NL"],
        "businessCategory": "OTHER_MERCHANDISE",
        "status": profile.status,
        "createdAt": "2024-03-20T09:13:37+00:00",
        "_links": {
            "self": link(url),
            "dashboard": link(f"https://my.mollie.com/dashboard/{profile.id}", "text/html"),
            "documentation": documentation("get-current-profile"),
        },
    }
    for name in ("methods", "payments", "refunds", "chargebacks"):
        body["_links"][name] = link(f"{g.base}/v2/{name}")
    return body | profile.fields
