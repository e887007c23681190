"""What money at Mollie is, and what is left to do about it. Plain Python.

The standard library only: no Odoo, no network, no clock. Whatever Mollie said and Odoo knows comes in
as values, and what is to be done goes out as values, so that all of it can be tried in any order.

amounts    exact amounts with their currency
payment    a payment at Mollie with its captures, refunds and chargebacks
statuses   what each of Mollie's statuses means
movements  the money that came and went, each piece once
decision   the steps after which Odoo knows and has booked what Mollie says
"""
