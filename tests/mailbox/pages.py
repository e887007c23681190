"""The pages on which people and tests read the mails."""

from flask import Blueprint, Response, abort, current_app, jsonify, render_template

pages = Blueprint("mailbox", __name__)


@pages.get("/")
def inbox():
    return render_template("inbox.html", mails=_mails()[::-1])


@pages.get("/mails.json")
def mails():
    return jsonify([mail.as_dict() for mail in _mails()])


@pages.get("/<int:number>")
def mail(number):
    """Show one mail with its head, as programs for mail do."""
    return render_template("mail.html", mail=_mail(number))


@pages.get("/<int:number>/html")
def body(number):
    """Show nothing but the mail's own HTML."""
    return _mail(number).html


@pages.get("/<int:number>/attachments/<int:position>")
def attachment(number, position):
    """Send an attached file, counted from 0."""
    parts = _mail(number).attachments
    if position >= len(parts):
        abort(404)
    return Response(parts[position].get_content(), content_type=parts[position].get_content_type())


def _mails():
    return current_app.catcher.mails


def _mail(number):
    if not 1 <= number <= len(_mails()):
        abort(404)
    return _mails()[number - 1]
