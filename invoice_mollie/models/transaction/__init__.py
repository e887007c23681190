"""What the addon makes of `payment.transaction`, floor by floor: see docs/architecture.rst.

Plain classes without slots of their own, for Odoo puts the bases of its classes together itself.
"""
