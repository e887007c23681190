"""Scheduled actions, woken by what they have to do."""


def wake(env, name, at=None):
    """Have a scheduled action of ours come soon, whoever may not see it.

    :param str name: its external id, without the module.
    :param datetime at: not before this moment in UTC.
    """
    # Not by `ref`, which asks the database each time whether it is there.
    found = env["ir.model.data"]._xmlid_to_res_id(f"invoice_mollie.{name}", True)
    env["ir.cron"].sudo().browse(found)._trigger(at)
