def migrate(cr, version):
    """Leave each invoice its newest link: pressed at once, the button could make several."""
    cr.execute(
        """
        UPDATE mollie_payment_link AS link
           SET state = 'revoked'
          FROM mollie_payment_link AS newer
         WHERE newer.move_id = link.move_id
           AND newer.id > link.id
           AND link.state = 'active'
           AND newer.state = 'active'
        """
    )
