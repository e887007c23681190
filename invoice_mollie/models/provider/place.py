from odoo import api, tools


class Place:
    """Where the database stands in which the key was pasted, so that a copy knows that it is one.

    Who copies or restores a database takes the key along, and the identifier by which the payments
    at Mollie are known: both would move the same money. A copy only looks, until a person says that
    it took the other one's place.
    """

    __slots__ = ()

    # === COMPUTE METHODS === #

    @api.depends("mollie_api_key")
    def _compute_mollie_place(self):
        """Note the place when a key is pasted: that is where it is to be used."""
        for provider in self:
            provider.mollie_place = provider.mollie_api_key and self._mollie_here()

    # === BUSINESS METHODS === #

    @api.model
    @tools.ormcache()
    def _mollie_here(self):
        """Return where this database stands: the cluster, and the database's number in it.

        Both stay when servers get another name or address, and at a failover; a copy in the same
        cluster has another number, and one that was restored elsewhere another cluster. What a copy
        of the whole disk is, nothing in the database tells.
        """
        cr = self.env.cr
        cr.execute("SELECT has_function_privilege('pg_control_system()', 'execute')")
        cluster = ""
        if cr.fetchone()[0]:  # Some who host databases allow it to themselves only.
            cr.execute("SELECT system_identifier FROM pg_control_system()")
            cluster = cr.fetchone()[0]
        cr.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        return f"{cluster}/{cr.fetchone()[0]}"

    def _mollie_is_copy(self):
        """Return whether the key was pasted in another database than this one."""
        # In sudo mode because providers are the administrator's.
        place = self.sudo().mollie_place
        return bool(place) and place != self._mollie_here()

    def _mollie_take_place(self):
        """Say that this database took the place of the one in which the key was pasted."""
        self.mollie_place = self._mollie_here()
