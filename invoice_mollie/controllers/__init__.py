from . import brand, core, health, ir_http, pay, portal, webhook
