"""What the addon makes of `account.move`, floor by floor: see docs/architecture.rst."""
