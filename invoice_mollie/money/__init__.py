"""What money at Mollie is, and what is left to do about it. Plain Python.

The standard library only: no Odoo, no network, no clock. What Mollie said and what Odoo knows come
in as values, what is to be done goes out as values: so all of it can be tried in any order.

amounts     exact amounts with their currency
payment     a payment at Mollie with its captures, refunds and chargebacks
statuses    what each of Mollie's statuses means
movements   the money that came and went, each piece once
decision    the steps after which Odoo knows and has booked what Mollie says
comparison  what differs between the money at Mollie and what is posted, and why
"""
