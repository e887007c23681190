from odoo import fields


class GroupedSelection(fields.Selection):
    """A computed Selection by which lists can be grouped and sorted, for its model makes the SQL.

    Odoo finds out whether it does by having it made, three times whenever a list is opened, and
    that takes a search in all invoices.
    """

    def to_sql(self, model, alias):
        """Override of `Selection` to ask the model; only of this field, for `_field_to_sql` is
        called of each column of each query.
        """
        return model._mollie_progress_to_sql(alias)

    def _description_groupable(self, _env):
        return True

    def _description_sortable(self, _env):
        return True
