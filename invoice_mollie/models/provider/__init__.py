"""What the addon makes of `payment.provider`, floor by floor: see docs/architecture.rst."""
