"""What the addon relies on in Odoo's core, as it is in 19.0: a table with a row for each thing.

By place (a model, or the dotted name of a class or module), then by name, with its signature as
`core_source.signature` reads it: a method's parameters, a field's kind, a constant's value. Where
in the addon each is relied on, `make core-contract` looks up when it prints what moved in another
Odoo. Which row is missing or wrong, `test_core_contract.py` says.
"""

# Methods that classes of ours define, too. `base` stands for what every model has.
OVERRIDDEN = {
    "account.move": {
        "_compute_payments_widget_to_reconcile_info": "(self)",
        "_get_invoice_counterpart_amls_for_early_payment_discount": "(self, aml_values_list, open_balance)",
        "_get_invoice_legal_documents": "(self, filetype, allow_fallback=False)",
        "_get_portal_payment_link": "(self)",
        "_has_to_be_paid": "(self)",
        "_message_post_after_hook": "(self, new_message, message_values)",
        "_post": "(self, soft=True)",
        "_reverse_moves": "(self, default_values_list=None, cancel=False)",
        "button_cancel": "(self)",
        "button_draft": "(self)",
        "create": "(self, vals_list)",
        "payment_action_capture": "(self)",
        "payment_action_void": "(self)",
        "unlink": "(self)",
        "write": "(self, vals)",
    },
    "account.move.line": {
        "_prepare_reconciliation_plan": "(self, plan, amls_values_map, shadowed_aml_values=None)",
    },
    "account.move.reversal": {
        "_modify_default_reverse_values": "(self, origin_move)",
        "_prepare_default_reversal": "(self, move)",
    },
    "account.move.send": {
        "_call_web_service_before_invoice_pdf_render": "(self, invoices_data)",
        "_generate_invoice_documents": "(self, invoices_data, allow_fallback_pdf=False)",
        "_get_default_mail_body": "(self, move, mail_template, mail_lang)",
        "_get_default_sending_settings": "(self, move, from_cron=False, **custom_settings)",
        "_send_mails": "(self, moves_data)",
    },
    "account.move.send.wizard": {
        "_compute_body": "(self)",
        "_get_sending_settings": "(self)",
    },
    "account.partial.reconcile": {
        "create": "(self, vals_list)",
        "unlink": "(self)",
    },
    "account.payment": {
        "_compute_amount_available_for_refund": "(self)",
        "_compute_outstanding_account_id": "(self)",
        "action_cancel": "(self)",
        "create": "(self, vals_list)",
        "write": "(self, vals)",
    },
    "base": {
        "_export_rows": "(self, fields, *, _is_toplevel_call=True)",
        "create": "(self, vals_list)",
        "get_empty_list_help": "(self, help_message)",
        "write": "(self, vals)",
    },
    "ir.config_parameter": {
        "create": "(self, vals_list)",
        "unlink": "(self)",
        "write": "(self, vals)",
    },
    "ir.http": {
        "_dispatch": "(cls, endpoint)",
        "_handle_error": "(cls, exception)",
        "_serve_fallback": "(cls)",
        "_match": "(cls, path)",
    },
    "mail.activity": {
        "unlink": "(self)",
    },
    "payment.provider": {
        "_build_request_headers": "(self, *args, **kwargs)",
        "_build_request_url": "(self, endpoint, **kwargs)",
        "_compute_feature_support_fields": "(self)",
        "_get_default_payment_method_codes": "(self)",
        "_inverse_journal_id": "(self)",
        "_log_request": "(self, method, url, payload, *, reference=None)",
        "_log_response": "(self, response, *, reference=None)",
        "_parse_response_content": "(self, response, **kwargs)",
        "_parse_response_error": "(self, response)",
        "_send_api_request": "(self, method, endpoint, *, params=None, data=None, json=None, reference=None, **kwargs)",
        "create": "(self, vals_list)",
        "write": "(self, vals)",
    },
    "payment.refund.wizard": {
        "_compute_support_refund": "(self)",
        "action_refund": "(self)",
    },
    "payment.transaction": {
        "_apply_updates": "(self, payment_data)",
        "_auto_init": "(self)",
        "_build_action_feedback_notification": "(self)",
        "_capture": "(self, amount_to_capture=None)",
        "_create_child_transaction": "(self, amount, is_refund=False, **custom_create_values)",
        "_create_payment": "(self, **extra_create_values)",
        "_extract_amount_data": "(self, payment_data)",
        "_get_received_message": "(self)",
        "_get_specific_create_values": "(self, provider_code, values)",
        "_mollie_prepare_payment_request_payload": "(self)",
        "_post_process": "(self)",
        "_process": "(self, provider_code, payment_data)",
        "_refund": "(self, amount_to_refund=None)",
        "_send_refund_request": "(self)",
        "_set_done": "(self, *, state_message=None, extra_allowed_states=())",
        "_void": "(self, amount_to_void=None)",
        "action_post_process": "(self)",
        "create": "(self, vals_list)",
        "write": "(self, vals)",
    },
    "res.company": {
        "create": "(self, vals_list)",
        "write": "(self, vals)",
    },
    "res.lang": {
        "write": "(self, vals)",
    },
    "res.partner": {
        "_increase_rank": "(self, field, n=1)",
    },
    "odoo.addons.account_payment.controllers.portal.PortalAccount": {
        "_invoice_get_page_view_values": "(self, invoice, access_token, payment=False, amount=None, **kwargs)",
        "portal_my_invoice_detail": "(self, invoice_id, payment_token=None, amount=None, **kw)",
        "portal_my_overdue_invoices": "(self, access_token=None, **kw)",
        "_prepare_my_invoices_values": "(self, page, date_begin, date_end, sortby, filterby, domain=None, url='/my/invoices')",
    },
    "odoo.addons.payment.controllers.portal.PaymentPortal": {
        "_create_transaction": "(self, provider_id, payment_method_id, token_id, amount, currency_id, partner_id, flow, tokenization_requested, landing_route, reference_prefix=None, is_validation=False, custom_create_values=None, **kwargs)",
    },
    "odoo.addons.payment_mollie.controllers.main.MollieController": {
        "mollie_return_from_checkout": "(self, **data)",
        "mollie_webhook": "(self, **data)",
    },
}

# What we call, read or import. Of payment, payment_mollie and account_payment everything, of other
# addons what is private: that is what core renames.
USED = {
    "account.move": {
        "_affect_tax_report": "(self)",
        "_get_invoice_in_payment_state": "(self)",
        "_get_invoice_next_payment_values": "(self, custom_amount=None)",
        "_get_reconciled_payments": "(self)",
        "_get_violated_lock_dates": "(self, invoice_date, has_tax)",
        "_has_to_be_paid": "(self)",
        "_is_eligible_for_early_payment_discount": "(self, currency, reference_date)",
        "_reverse_moves": "(self, default_values_list=None, cancel=False)",
        "action_send_and_print": "(self)",
        "authorized_transaction_ids": "Many2many",
        "get_base_url": "(self)",
        "get_portal_url": "(self, suffix=None, report_type=None, download=None, query_string=None, anchor=None)",
        "transaction_ids": "Many2many",
    },
    "account.move.line": {
        "discount_amount_currency": "Monetary",
        "discount_date": "Date",
    },
    "account.move.send": {
        "_generate_and_send_invoices": "(self, moves, from_cron=False, allow_raising=True, allow_fallback_pdf=False, **custom_settings)",
        "_get_default_extra_edis": "(self, move)",
    },
    "account.payment": {
        "_get_html_link": "(self, title=None)",
        "action_refund_wizard": "(self)",
        "amount_available_for_refund": "Monetary",
        "payment_transaction_id": "Many2one",
    },
    "account.payment.method.line": {
        "payment_provider_id": "Many2one",
    },
    "ir.actions.report": {
        "_render_qweb_pdf": "(self, report_ref, res_ids=None, data=None)",
    },
    "ir.cron": {
        "_commit_progress": "(self, processed=0, *, remaining=None, deactivate=False)",
        "_trigger": "(self, at=None)",
    },
    "ir.http": {
        "_auth_method_public": "(cls)",
    },
    "ir.model.data": {
        "_xmlid_to_res_id": "(self, xmlid, raise_if_not_found=False)",
    },
    "ir.module.module": {
        "_get": "(self, name)",
    },
    "ir.qweb": {
        "_render": "(self, template, values=None, **options)",
    },
    "mail.activity": {
        "res_id": "Many2oneReference",
        "res_model": "Char",
    },
    "mail.render.mixin": {
        "_render_field": "(self, field, res_ids, engine='inline_template', compute_lang=False, res_ids_lang=False, set_lang=False, add_context=None, options=None)",
    },
    "payment.method": {
        "image": "Image",
        "_get_from_code": "(self, code, mapping=None)",
        "active": "Boolean",
        "code": "Char",
        "name": "Char",
        "provider_ids": "Many2many",
    },
    "payment.provider": {
        "_activate_default_pms": "(self)",
        "_check_company_domain": "value",
        "_name": "'payment.provider'",
        "_get_payment_method_outstanding_account_id": "(self, payment_method_id)",
        "_get_compatible_providers": "(self, company_id, partner_id, amount, currency_id=None, force_tokenization=False, is_express_checkout=False, is_validation=False, report=None, **kwargs)",
        "available_currency_ids": "Many2many",
        "code": "Selection",
        "company_id": "Many2one",
        "is_published": "Boolean",
        "journal_id": "Many2one",
        "mollie_api_key": "Char",
        "name": "Char",
        "state": "Selection(disabled, enabled, test)",
        "support_manual_capture": "Selection(full_only, partial)",
        "support_refund": "Selection(none, full_only, partial)",
    },
    "res.users": {
        "_is_system": "(self)",
    },
    "payment.refund.wizard": {
        "amount_to_refund": "Monetary",
        "support_refund": "Selection(none, full_only, partial)",
        "transaction_id": "Many2one",
    },
    "payment.transaction": {
        "_has_field_access": "(self, field, operation)",
        "_ensure_provider_is_not_disabled": "(self)",
        "_log_sent_message": "(self)",
        "_search_by_reference": "(self, provider_code, payment_data)",
        "_set_authorized": "(self, *, state_message=None, extra_allowed_states=())",
        "_set_canceled": "(self, state_message=None, extra_allowed_states=())",
        "_set_done": "(self, *, state_message=None, extra_allowed_states=())",
        "_set_pending": "(self, *, state_message=None, extra_allowed_states=())",
        "amount": "Monetary",
        "child_transaction_ids": "One2many",
        "company_id": "Many2one",
        "currency_id": "Many2one",
        "invoice_ids": "Many2many",
        "is_live": "Boolean",
        "is_post_processed": "Boolean",
        "last_state_change": "Datetime",
        "operation": "Selection(online_redirect, online_direct, online_token, validation, offline, refund)",
        "partner_address": "Char",
        "partner_city": "Char",
        "partner_country_id": "Many2one",
        "partner_email": "Char",
        "partner_id": "Many2one",
        "partner_lang": "Selection",
        "partner_name": "Char",
        "partner_zip": "Char",
        "payment_id": "Many2one",
        "payment_method_id": "Many2one",
        "provider_code": "Selection",
        "provider_id": "Many2one",
        "provider_reference": "Char",
        "reference": "Char",
        "source_transaction_id": "Many2one",
        "state_message": "Text",
        "state": "Selection(draft, pending, authorized, done, cancel, error)",
    },
    "res.company": {
        "_get_violated_lock_dates": "(self, accounting_date, has_tax, journal)",
    },
    "res.currency": {
        "_convert": "(self, from_amount, to_currency, company=None, date=None, round=True)",
    },
    "odoo": {
        "SUPERUSER_ID": "1",
        "api": "module",
        "fields": "module",
        "http": "module",
        "models": "module",
        "release": "module",
        "tools": "module",
    },
    "odoo.addons.account.tools": {
        "dict_to_xml": "(node, *, nsmap={}, template=None, render_empty_nodes=False, tag=None, path=None)",
    },
    "odoo.addons.account_payment.controllers.portal": {
        "PortalAccount": "class",
    },
    "odoo.addons.payment": {
        "utils": "module",
    },
    "odoo.addons.payment.controllers.portal": {
        "PaymentPortal": "class",
    },
    "odoo.addons.payment.controllers.post_processing": {
        "PaymentPostProcessing": "class",
    },
    "odoo.addons.payment.controllers.post_processing.PaymentPostProcessing": {
        "MONITORED_TX_ID_KEY": "'__payment_monitored_tx_id__'",
    },
    "odoo.addons.payment.utils": {
        "check_rights_on_recordset": "(recordset)",
        "generate_idempotency_key": "(tx, scope=None)",
    },
    "odoo.addons.payment_mollie.const": {
        "PAYMENT_METHODS_MAPPING": "value",
        "SUPPORTED_CURRENCIES": "value",
    },
    "odoo.addons.payment_mollie.controllers.main": {
        "MollieController": "class",
    },
    "odoo.addons.payment_mollie.controllers.main.MollieController": {
        "_webhook_url": "'/payment/mollie/webhook'",
    },
    "odoo.api": {
        "Environment": "class",
    },
    "odoo.cli.command": {
        "Command": "class",
    },
    "odoo.exceptions": {
        "ConcurrencyError": "class",
        "AccessError": "class",
        "LockError": "class",
        "MissingError": "class",
        "RedirectWarning": "class",
        "UserError": "class",
        "ValidationError": "class",
    },
    "odoo.fields": {
        "Command": "class",
        "Domain": "class",
        "NO_ACCESS": "'.'",
    },
    "odoo.http": {
        "content_disposition": "(filename, disposition_type='attachment')",
        "db_list": "(force=False, host=None)",
        "request": "_request_stack",
    },
    "odoo.models": {
        "MAGIC_COLUMNS": "value",
    },
    "odoo.modules.registry": {
        "Registry": "class",
    },
    "odoo.service.model": {
        "PG_CONCURRENCY_EXCEPTIONS_TO_RETRY": "value",
        "retrying": "(func, env)",
    },
    "odoo.sql_db": {
        "db_connect": "(to, allow_uri=False, readonly=False)",
    },
    "odoo.tools": {
        "LazyTranslate": "class",
        "Query": "class",
        "SQL": "class",
        "config": "configmanager",
        "consteq": "value",
        "email_normalize": "(text, strict=True)",
        "file_open": "(name, mode='r', filter_ext=(), env=None)",
        "float_round": "(value, precision_digits=None, precision_rounding=None, rounding_method='HALF-UP')",
        "format_date": "(env, value, lang_code=None, date_format=False)",
        "format_datetime": "(env, value, tz=False, dt_format='medium', lang_code=None)",
        "hash_sign": "(env, scope, message_values, expiration=None, expiration_hours=None)",
        "html2plaintext": "(html, body_id=None, encoding='utf-8', include_references=True)",
        "plaintext2html": "(text, container_tag=None, with_paragraph=True)",
        "str2bool": "(s, default=None)",
    },
    "odoo.tools.image": {
        "image_data_uri": "(base64_source)",
    },
    "odoo.tools.misc": {
        "babel_locale_parse": "(lang_code)",
        "formatLang": "(env, value, digits=2, grouping=True, dp=None, currency_obj=None, rounding_method='HALF-EVEN', rounding_unit='decimals')",
    },
    "odoo.tools.sql": {
        "table_exists": "(cr, tablename)",
    },
}

# Methods that we neither override nor call, but that core must still go through between both.
STEPS = {
    "account.move": {
        "_portal_ensure_token": "(self)",
    },
    "payment.transaction": {
        "_compute_reference": "(self, provider_code, prefix=None, separator='-', **kwargs)",
        "_extract_reference": "(self, provider_code, payment_data)",
        "_update_state": "(self, allowed_states, target_state, state_message)",
        "_validate_amount": "(self, payment_data)",
    },
}

# Records that our Python and XML name.
XML_IDS = (
    "account.action_account_config",
    "account.group_account_invoice",
    "account.group_account_manager",
    "account.group_account_readonly",
    "account.menu_finance_receivables",
    "account.model_account_move",
    "account.res_config_settings_view_form",
    "account.view_account_invoice_filter",
    "account.account_move_send_wizard_form",
    "web.external_layout",
    "web.html_container",
    "account.view_account_payment_form",
    "account.view_out_invoice_tree",
    "account_payment.account_invoice_view_form_inherit_payment",
    "account_payment.enable_portal_payment",
    "account_payment.payment_refund_wizard_view_form",
    "account_payment.portal_invoice_page_inherit_payment",
    "account_payment.portal_my_invoices_payment",
    "mail.ir_cron_mail_scheduler_action",
    "mail.mail_activity_data_warning",
    "payment.model_payment_provider",
    "payment.model_payment_transaction",
    "payment.payment_method_unknown",
    "payment.payment_provider_mollie",
    "payment.payment_transaction_form",
)

# Words that core does not have in 19.0, and what it means for us where it does, by module.
NEW_WORDS = {
    ("odoo.addons.payment.models.payment_transaction", "payment_safe_write"): (
        "writing a transaction wants this context key"
    ),
    ("odoo.addons.payment.models.payment_transaction", "def _record("): (
        "what Mollie says is recorded first and processed by a cron, which locks the transaction"
    ),
    ("odoo.addons.payment.models.payment_transaction", "def action_confirm("): (
        "a user may declare a transaction paid, which no payment of Mollie's must be by hand"
    ),
    ("odoo.addons.payment_mollie.models.payment_transaction", "sequenceType"): (
        "core's payload for Mollie has more in it"
    ),
}
