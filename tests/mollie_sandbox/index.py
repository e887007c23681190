"""The front page, for people: what there is, and the doors to it."""

from flask import Blueprint, g, render_template

from .checkout import PAGE_HEADERS

pages = Blueprint("index", __name__)
SHOWN = 100


@pages.get("/")
def index():
    with g.state.lock:
        payments = list(g.state.payments.values())[: -SHOWN - 1 : -1]
    return render_template("index.html", payments=payments), PAGE_HEADERS
