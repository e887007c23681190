"""What the addon makes of `payment.provider`, floor by floor; each calls only those below it.

journal     the journal whose account is the balance at Mollie
methods     the payment methods of the Mollie profile: names, limits, tariffs
connection  how to reach Mollie

Between them and connection stands `models/core.py`. They are plain classes, in this order the bases
of the one class in `payment_provider.py`. They have no
slots of their own, for Odoo puts the bases of its classes together itself.
"""
