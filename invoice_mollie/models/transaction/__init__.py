"""What the addon makes of `payment.transaction`, floor by floor; each calls only those below it.

attempt  what is asked of Mollie when a customer presses Pay
refund   what a clerk asks of Mollie: refunds, captures, releases
sync     the one method that brings Odoo in line with Mollie, and who wakes it by the clock
books    the steps: records of movements, bookings, and what is told of them
record   what a transaction is, and what is known of it

Between books and record stands `models/core.py`. The floors are plain classes, in this order the
bases of the one class in `payment_transaction.py`. They have no
slots of their own, for Odoo puts the bases of its classes together itself.
"""
