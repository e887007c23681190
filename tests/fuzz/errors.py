"""What the server logs though it must not."""

import logging


class Errors(logging.Handler):
    """Keeps what is logged as an error, or with a traceback."""

    def __init__(self):
        super().__init__(logging.WARNING)
        self.records = []

    def emit(self, record):
        if record.levelno >= logging.ERROR or record.exc_info:
            self.records.append(f"{record.name}: {record.getMessage()} {record.exc_info}")

    def take(self):
        taken, self.records = self.records, []
        return taken

    @classmethod
    def of(cls, case):
        """Return those of a test: by its configuration Odoo would log nothing but crashes."""
        errors, root, odoo = cls(), logging.getLogger(), logging.getLogger("odoo")
        root.addHandler(errors)
        case.addCleanup(root.removeHandler, errors)
        case.addCleanup(odoo.setLevel, odoo.level)
        odoo.setLevel(logging.WARNING)
        logging.getLogger("odoo.http").error("Is this heard?")
        case.assertEqual(len(errors.take()), 1)
        return errors
