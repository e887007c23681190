class Logged:
    """An invoice with a log of its online payments."""

    __slots__ = ()

    # === BUSINESS METHODS - LOGGING === #

    def _log_mollie(self, event, source, **values):
        """Write one row of the log for each invoice."""
        rows = [{"company_id": move.company_id.id, "move_id": move.id} | values for move in self]
        return self.env["mollie.payment.log"]._append(event, source, rows)

    def _log_mollie_failure(self, source, detail):
        """Write why Mollie did not do what was asked about the invoice, as often as it is news."""
        self.ensure_one()
        if self.env["mollie.payment.log"]._is_worth_a_row(self, detail):
            self._log_mollie("error", source, detail=detail)
