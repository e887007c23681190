from . import brand, core, ir_http, pay, portal, webhook
