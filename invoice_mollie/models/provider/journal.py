# Entries of the journal are numbered MOLL/2026/00001; core would make it the next bank, BNK2.
CODE, CODE_LENGTH = "MOLL", 5


class Journal:
    """The journal whose own account is the balance at Mollie: what customers paid, less what went
    back to them.
    """

    __slots__ = ()

    def _inverse_journal_id(self):
        """Override of `account_payment` to have another journal's account used, too."""
        mollie = self.filtered(lambda provider: provider.code == "mollie")
        lines = self.env["account.payment.method.line"].search(
            [("payment_provider_id", "in", mollie.ids), ("journal_id", "!=", False)]
        )
        accounts_before = lines.journal_id.default_account_id
        result = super()._inverse_journal_id()
        mollie._mollie_use_journals_account(accounts_before)
        return result

    def _mollie_ensure_journal(self):
        """Choose the journal: the provider's, else one named Mollie, else a new one."""
        if self.journal_id:
            return
        Journal = self.env["account.journal"].with_company(self.company_id)
        # The company's own: a branch sees its parent's journals, which have a key of their own.
        domain = [("company_id", "=", self.company_id.id), ("type", "=", "bank")]
        named = Journal.search([*domain, ("name", "ilike", "Mollie")])
        free = named.filtered(
            lambda journal: not journal.inbound_payment_method_line_ids.payment_provider_id
        )
        self.journal_id = free[:1] or Journal.create(
            {
                "name": "Mollie",
                "code": self._mollie_free_code(),
                "type": "bank",
                "company_id": self.company_id.id,
            }
        )

    def _mollie_free_code(self):
        """Return a code that no journal of the company has: MOLL, MOLL1, … MOLL9, MOL10, …"""
        Journal = self.env["account.journal"].with_context(active_test=False)
        taken = Journal.search([("company_id", "=", self.company_id.id)]).mapped("code")
        numbers = ("", *map(str, range(1, len(taken) + 1)))
        codes = (f"{CODE[: CODE_LENGTH - len(number)]}{number}" for number in numbers)
        return next(code for code in codes if code not in taken)

    def _mollie_use_journals_account(self, accounts_before=None):
        """Book payments on the account of the journal, in place of the company-wide one of
        outstanding receipts that core chooses. An account that somebody chose is kept.

        :param accounts_before: the accounts of journals that were used before.
        """
        before = accounts_before or self.env["account.account"]
        for provider in self.filtered("journal_id"):
            journal = provider.journal_id
            lines = journal.inbound_payment_method_line_ids
            line = lines.filtered(lambda line, own=provider: line.payment_provider_id == own)
            default = self.env["account.account"].browse(
                provider._get_payment_method_outstanding_account_id(line.payment_method_id) or []
            )
            # In sudo mode: core may have taken it from a company that the user does not see.
            account_sudo = line.sudo().payment_account_id
            companies_sudo = account_sudo.company_ids & journal.company_id.parent_ids
            is_foreign = account_sudo and not companies_sudo
            if account_sudo == default or account_sudo in before or is_foreign:
                is_own = provider._mollie_owns_journal()
                line.payment_account_id = journal.default_account_id if is_own else default

    def _mollie_owns_journal(self):
        """Return whether the journal holds nothing but what is at Mollie.

        Core uses the company's bank journal where nobody chose another one: payments on its
        account would look as if they had arrived at the bank. Statements of a bank bring money; of
        Mollie's balance some only book what is paid out.
        """
        journal = self.journal_id
        chart = self.env["account.chart.template"].with_company(self.company_id)
        statement_lines = self.env["account.bank.statement.line"].search_count(
            [("journal_id", "=", journal.id), ("amount", ">", 0)], limit=1
        )
        return (
            not journal.bank_account_id
            and not statement_lines
            and journal != chart.ref("bank", raise_if_not_found=False)
            and journal.inbound_payment_method_line_ids.payment_provider_id == self
        )

    def _mollie_account(self):
        """Return the account on which payments are booked now; empty if they have no entry."""
        return self._mollie_method_line().payment_account_id

    def _mollie_method_line(self):
        """Return the method by which the journal receives the provider's payments."""
        lines = self.journal_id.inbound_payment_method_line_ids
        return lines.filtered(lambda line: line.payment_provider_id == self)
