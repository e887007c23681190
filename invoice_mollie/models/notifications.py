"""What a button says once it has done its work."""

RELOAD = {"type": "ir.actions.client", "tag": "soft_reload"}
CLOSE = {"type": "ir.actions.act_window_close"}


def notification(message, kind="info", then=RELOAD):
    """Return the action that shows a message, and then what has changed.

    :param str kind: `info`, `success` or `warning`; a warning stays until it is closed.
    :param dict then: what comes next; `CLOSE` where a dialog was open.
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "sticky": kind == "warning",
            "className": "text-prewrap",  # One line for each thing that is said.
            "next": then,
        },
    }
