"""What was sent, in the order in which it came."""

import email
from email import policy


class Catcher:
    """Keeps each mail instead of sending it on. A handler of aiosmtpd."""

    def __init__(self):
        self.mails = []

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        self.mails.append(Mail(len(self.mails) + 1, envelope))
        return "250 Kept"


class Mail:
    """One mail, as its recipients get it."""

    def __init__(self, number, envelope):
        self.number, self.to = number, envelope.rcpt_tos
        self.message = email.message_from_bytes(envelope.content, policy=policy.default)

    @property
    def html(self):
        return self._text("html")

    @property
    def attachments(self):
        """Return the attached files, as parts with a name and content."""
        return list(self.message.iter_attachments())

    def as_dict(self):
        """Return what tests look at."""
        return {
            "number": self.number,
            "to": self.to,
            "from": self.message["From"],
            "subject": self.message["Subject"],
            "text": self._text("plain"),
            "html": self.html,
            "attachments": [part.get_filename() for part in self.attachments],
        }

    def _text(self, kind):
        part = self.message.get_body((kind,))
        return part.get_content() if part else ""
