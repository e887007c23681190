from odoo import fields


class UncopiedJson(fields.Json):
    """A Json field that is read for each of many records, and copied for none of them: who reads it
    must not change what it holds.
    """

    def convert_to_record(self, value, _record):
        return False if value is None else value
