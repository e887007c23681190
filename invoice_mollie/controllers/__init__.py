from . import brand, core_mollie, pay, portal, webhook
