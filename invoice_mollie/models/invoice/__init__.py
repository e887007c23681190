"""What the addon makes of `account.move`, floor by floor.

links     the clerk's buttons: payment links, made, revoked and compared with Mollie
notes     credit notes, which are refunded the way their invoice was paid
credit    money that came by an invoice's link and that it did not need
state     where an invoice's online payment stands, for the clerk's badge and the customer's page

and below the transactions, which build on these:

matching  what was paid online settles its invoice
due       what is due

They are plain classes, in this order the bases of the one class in `account_move.py`. They have no
slots of their own, for Odoo puts the bases of its classes together itself.
"""
