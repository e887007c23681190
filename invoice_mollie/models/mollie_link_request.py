from datetime import timedelta

from odoo import api, fields, models

from .crons import wake
from .protected import Undefaulted
from .safely import safely
from .tokens import is_token

BATCH = 100


class MollieLinkRequest(Undefaulted, models.Model):
    """A visitor who asked for the current link of an invoice, until the scheduler comes.

    Nothing is looked up before: no answer shall tell, by its time, which invoices there are.
    """

    _name = "mollie.link.request"
    _description = "Request for a Payment Link"
    _order = "id"

    # The invoice's, as the visitor typed it.
    number = fields.Char()
    # Of the outdated link that led the visitor to the form, if one did.
    token = fields.Char()
    # A digest.
    visitor = fields.Char(required=True)

    # === BUSINESS METHODS === #

    @api.model
    def _ask(self, number, token, visitor):
        """Have the current link of an invoice mailed soon, to the address known for it.

        Must be called in sudo mode.
        """
        Limit = self.env["mollie.limit"]
        if Limit._may("request", visitor):
            token = token if is_token(token) else False
            self.create({"number": number, "token": token, "visitor": Limit._digest(visitor)})
            wake(self.env, "cron_mollie_mail_links")

    def _answer(self):
        """Mail the link, if there is one, and as long as nobody asks too often.

        Nobody gets mail because of a number that may be another's, too: of several only the one
        that the visitor has had the link of.
        """
        self.ensure_one()
        moves = self.env["account.move"]._mollie_search_linked(self.number)
        own = moves & self.env["mollie.payment.link"]._find_by_token(self.token).move_id
        if own:
            own._mollie_mail_current_link("mail_to_holder")
        elif self.env["mollie.limit"]._may("stranger", self.visitor):
            is_clear = len(set(moves.mapped("name"))) == 1
            moves.filtered(lambda move: is_clear)._mollie_mail_current_link("mail")

    @api.autovacuum
    def _gc_old(self):
        """Forget whom no scheduler has answered: nobody waits so long."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        self.search([("create_date", "<", yesterday)]).unlink()

    # === CRON === #

    @api.model
    def _cron_mollie_mail_links(self):
        """Mail the links that visitors asked for."""
        requests = self.search([], limit=BATCH)
        self.env["ir.cron"]._commit_progress(remaining=self.search_count([]))
        for request in requests:
            sentence = "A visitor's request for a payment link could not be answered."
            safely(request.env, request._answer, sentence)
            request.unlink()
            self.env["ir.cron"]._commit_progress(1)
        # Somebody waits for it.
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
