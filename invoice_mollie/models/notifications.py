"""What a button says once it has done its work."""


def notification(message, kind="info"):
    """Return the action that shows a message, and then what has changed.

    :param str kind: `info`, `success` or `warning`; a warning stays until it is closed.
    """
    return {
        "type": "ir.actions.client",
        "tag": "display_notification",
        "params": {
            "type": kind,
            "message": message,
            "sticky": kind == "warning",
            "className": "text-prewrap",  # One line for each thing that is said.
            "next": {"type": "ir.actions.client", "tag": "soft_reload"},
        },
    }
