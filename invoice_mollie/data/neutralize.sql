-- a copy's links lead to the copy, and its payments at Mollie are told apart from the original's
DELETE FROM ir_config_parameter
 WHERE key IN ('invoice_mollie.public_url', 'invoice_mollie.former_databases');
UPDATE res_company
   SET mollie_address = NULL,
       mollie_health_token = NULL;
INSERT INTO ir_config_parameter (key, value)
VALUES ('invoice_mollie.database', gen_random_uuid())
    ON CONFLICT (key) DO
       UPDATE SET value = EXCLUDED.value;
