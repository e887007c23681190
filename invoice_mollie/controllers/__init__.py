from . import brand, core, pay, portal, webhook
