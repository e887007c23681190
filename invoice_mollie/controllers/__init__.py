from . import brand, core, dialog, health, ir_http, pay, portal, receipt, webhook
