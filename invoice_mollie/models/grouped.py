from odoo import fields


class GroupedSelection(fields.Selection):
    """A computed Selection by which lists can be grouped and sorted, for its model makes the SQL.

    Odoo finds out whether it does by having it made, three times whenever a list is opened, and
    that takes a search in all invoices.
    """

    def _description_groupable(self, _env):
        return True

    def _description_sortable(self, _env):
        return True
