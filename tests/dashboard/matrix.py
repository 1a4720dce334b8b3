"""Who may call what: every handler of every State of the dashboard, every page, every plain route.

A new one without an entry here fails tests/dashboard/test_roles_matrix.py. ``STAFF`` is whoever
works at the company; what such a handler does changes nothing but what that person is shown.
"""

from fsm_portal.domain.role import May

STAFF = None

HANDLERS: dict[str, dict[str, May | None]] = {
    "AuditPage": {"on_load": STAFF, "ask": May.SEE_AUDIT},
    "ChangingMember": {
        "ask": May.MANAGE_TEAM,
        "stop": STAFF,
        "change": May.MANAGE_TEAM,
        "deactivate": May.MANAGE_TEAM,
        "withdraw": May.MANAGE_TEAM,
    },
    "ExportPage": {"on_load": STAFF, "choose": May.EXPORT, "mark": May.EXPORT},
    "CustomerForm": {
        "begin_new": May.EDIT_CUSTOMERS,
        "edit": STAFF,
        "stop": STAFF,
        "save": May.EDIT_CUSTOMERS,
    },
    "Inviting": {"invite": May.EDIT_CUSTOMERS, "send_link": May.EDIT_CUSTOMERS},
    "InvitingMember": {
        "ask": May.MANAGE_TEAM,
        "stop": STAFF,
        "invite": May.MANAGE_TEAM,
        "again": May.MANAGE_TEAM,
    },
    "OverviewPage": {"on_load": STAFF},
    "PaymentsPage": {"on_load": STAFF, "search": STAFF},
    "ReconciliationPage": {"on_load": STAFF, "toggle": STAFF},
    "Refunding": {"ask": STAFF, "stop": STAFF, "refund": May.REFUND},
    "Reversing": {"ask": STAFF, "stop": STAFF, "reverse": May.TAKE_PAYMENTS},
    "Sending": {
        "send": May.SEND_INVOICES,
        "ask": STAFF,
        "stop_asking": STAFF,
        "send_there": May.SEND_INVOICES,
    },
    "Settling": {
        "check_again": May.RECONCILE,
        "look_up": May.RECONCILE,
        "ask_why": STAFF,
        "stop_asking": STAFF,
        "set_aside": May.RECONCILE,
        "try_again": May.RECONCILE,
    },
    "Signature": {"sign": STAFF},
    "StaffInvoicePage": {"on_load": STAFF},
    "StripeCheck": {"check": May.RECONCILE},
    "Taking": {"ask": STAFF, "stop": STAFF, "record": May.TAKE_PAYMENTS},
    "TeamPage": {"on_load": STAFF},
    "UndoingCredit": {"ask": STAFF, "stop": STAFF, "undo": May.TAKE_PAYMENTS},
    "UsingCredit": {"ask": STAFF, "stop": STAFF, "use": May.TAKE_PAYMENTS},
    "Voiding": {"ask": STAFF, "stop": STAFF, "void": May.VOID},
    # Customers. A note is anybody's of the staff to write, as it is to read.
    "CustomerPage": {"on_load": STAFF, "show_days": STAFF, "turn": STAFF},
    "CustomersPage": {"on_load": STAFF, "search": STAFF, "sort": STAFF},
    "Importing": {"everybody": May.EDIT_CUSTOMERS, "stop": May.EDIT_CUSTOMERS},
    "Linking": {
        "ask": May.EDIT_CUSTOMERS,
        "stop": STAFF,
        "link": May.EDIT_CUSTOMERS,
        "unlink": May.EDIT_CUSTOMERS,
    },
    "Noting": {"write": STAFF, "edit": STAFF, "stop": STAFF, "change": STAFF, "remove": STAFF},
    "StripeCustomersPage": {
        "ask_who": STAFF,
        "on_load": STAFF,
        "ask": STAFF,
        "search": STAFF,
        "choose": STAFF,
        "import_chosen": May.EDIT_CUSTOMERS,
        "look_for": STAFF,
        "link_to": May.EDIT_CUSTOMERS,
        "stop_linking": STAFF,
    },
    # Jobs.
    "Finishing": {
        "ask_complete": May.COMPLETE_JOBS,
        "ask_cancel": May.EDIT_JOBS,
        "stop": STAFF,
        "complete": May.COMPLETE_JOBS,
        "cancel": May.EDIT_JOBS,
        "reopen": May.COMPLETE_JOBS,
    },
    "JobForm": {
        "edit": May.EDIT_JOBS,
        "stop": STAFF,
        "create": May.EDIT_JOBS,
        "save": May.EDIT_JOBS,
    },
    "JobPage": {"on_load": STAFF},
    "JobsPage": {"on_load": STAFF, "search": STAFF},
    "PlanPage": {"on_load": STAFF, "look_for": STAFF, "choose": STAFF},
    # Invoices.
    "Crediting": {"ask": May.VOID, "stop": STAFF, "credit": May.VOID},
    "Drafting": {
        "duplicate": May.WRITE_INVOICES,
        "ask": May.WRITE_INVOICES,
        "stop": STAFF,
        "discard": May.WRITE_INVOICES,
    },
    "EditorPage": {
        # Begins a sheet.
        "on_load": May.WRITE_INVOICES,
        "typed": May.WRITE_INVOICES,
        "choose": May.WRITE_INVOICES,
        "remove": May.WRITE_INVOICES,
        "save": May.WRITE_INVOICES,
        "send": May.WRITE_INVOICES,
        "throw_away": May.WRITE_INVOICES,
    },
    "InvoicesPage": {
        "on_load": STAFF,
        "search": STAFF,
        "sort": STAFF,
        "choose": May.SEND_INVOICES,
        "send_chosen": May.SEND_INVOICES,
        "remind_chosen": May.SEND_INVOICES,
        "heard": STAFF,
    },
    # Settings.
    "BillingPortalSettings": {"on_load": STAFF, "save": May.CHANGE_SETTINGS},
    "BrandingSettings": {
        "on_load": STAFF,
        "look": May.CHANGE_SETTINGS,
        "remove_logo": May.CHANGE_SETTINGS,
        "save": May.CHANGE_SETTINGS,
    },
    "CompanySettings": {"on_load": STAFF, "save": May.CHANGE_SETTINGS},
    "Connecting": {
        "connect": May.CONNECT_STRIPE,
        "bring": May.CONNECT_STRIPE,
        "look": May.CONNECT_STRIPE,
        "disconnect": May.CONNECT_STRIPE,
    },
    "CustomerPortalSettings": {
        "on_load": STAFF,
        "look": May.CHANGE_SETTINGS,
        "save": May.CHANGE_SETTINGS,
    },
    "InvoiceSettings": {"on_load": STAFF, "save": May.CHANGE_SETTINGS},
    "PaymentProcessing": {"on_load": STAFF, "ask": STAFF, "stop": STAFF},
    "PlanSettings": {"on_load": STAFF},
    "Bell": {"look": STAFF},
    "NoticesPage": {"on_load": May.TAKE_PAYMENTS},
    "NotificationSettings": {"on_load": STAFF, "save": May.TAKE_PAYMENTS},
    "PausingReminders": {"pause": May.EDIT_CUSTOMERS, "resume": May.EDIT_CUSTOMERS},
    "ReminderSettings": {
        "on_load": STAFF,
        "save": May.CHANGE_SETTINGS,
        "add": May.CHANGE_SETTINGS,
        "usual": May.CHANGE_SETTINGS,
        "remove": May.CHANGE_SETTINGS,
    },
    "Reminding": {"remind": May.SEND_INVOICES},
    "SettingUp": {"go_on": May.CHANGE_SETTINGS, "put_away": May.CHANGE_SETTINGS},
    "SettingsHome": {"on_load": STAFF},
    "Welcome": {"on_load": STAFF, "save": May.CHANGE_SETTINGS},
    "TaxSettings": {
        "on_load": STAFF,
        "add": May.CHANGE_SETTINGS,
        "archive": May.CHANGE_SETTINGS,
        "restore": May.CHANGE_SETTINGS,
    },
}

# What a page's content needs: whoever may not is shown the frame and a word about it.
PAGES: dict[str, May | None] = {
    "dashboard": STAFF,
    "dashboard/customers": STAFF,
    "dashboard/customers/[customer_id]": STAFF,
    "dashboard/customers/stripe": STAFF,
    "dashboard/jobs": STAFF,
    "dashboard/jobs/[job_id]": STAFF,
    "dashboard/jobs/new": STAFF,
    "dashboard/welcome": May.CHANGE_SETTINGS,
    "dashboard/export": May.EXPORT,
    "dashboard/invoices": STAFF,
    "dashboard/invoices/[invoice_id]": STAFF,
    "dashboard/invoices/[invoice_id]/edit": May.WRITE_INVOICES,
    "dashboard/invoices/new": May.WRITE_INVOICES,
    "dashboard/payments": STAFF,
    "dashboard/reconciliation": May.RECONCILE,
    "dashboard/settings": STAFF,
    "dashboard/settings/audit": May.SEE_AUDIT,
    "dashboard/settings/billing-portal": May.CHANGE_SETTINGS,
    "dashboard/settings/branding": May.CHANGE_SETTINGS,
    "dashboard/settings/company": May.CHANGE_SETTINGS,
    "dashboard/settings/customer-portal": May.CHANGE_SETTINGS,
    "dashboard/settings/invoices": May.CHANGE_SETTINGS,
    "dashboard/settings/payment-processing": May.CONNECT_STRIPE,
    "dashboard/settings/plan": May.CHANGE_SETTINGS,
    "dashboard/notices": May.TAKE_PAYMENTS,
    "dashboard/settings/notifications": May.TAKE_PAYMENTS,
    "dashboard/settings/reminders": May.CHANGE_SETTINGS,
    "dashboard/settings/taxes": May.CHANGE_SETTINGS,
    "dashboard/settings/team": May.MANAGE_TEAM,
}

# Plain routes. These are anybody's: they prove who one is, or ask for nothing.
PUBLIC_ROUTES = {
    "/", "/healthz", "/readyz", "/sign-in", "/sign-in/code", "/sign-in/{token}",
    "/sign-in/{token}/fresh", "/sign-in/{token}/choose", "/sign-in/{token}/choose/fresh",
    "/sign-up",
    "/access/{slug}", "/access/{slug}/code", "/sign-out", "/sign-out/everywhere", "/switch",
    "/logos/{sha256}.png", "/reminders/{token}", "/stripe/webhooks", "/stripe/webhooks/connect",
}  # fmt: skip
# A customer's own, and nobody's else.
CUSTOMER_ROUTES = {"/documents/statement.pdf"}
STAFF_ROUTES: dict[str, May | None] = {
    "/documents/invoices/{document_id}.pdf": STAFF,
    "/documents/credit-notes/{document_id}.pdf": STAFF,
    "/documents/receipts/{document_id}.pdf": STAFF,
    "/documents/customers/{customer_id}/statement.pdf": STAFF,
    "/billing-portal/customers/{customer_id}": May.EDIT_CUSTOMERS,
    "/billing-portal/stripe/{customer_id}": May.EDIT_CUSTOMERS,
    "/dashboard/export/invoices.csv": May.EXPORT,
    "/dashboard/export/ledger.csv": May.EXPORT,
    "/dashboard/export/payments.csv": May.EXPORT,
    "/dashboard/export/refunds.csv": May.EXPORT,
    "/dashboard/settings/branding/logo": May.CHANGE_SETTINGS,
    "/stripe/connect/return": May.CONNECT_STRIPE,
    "/stripe/connect/refresh": May.CONNECT_STRIPE,
    "/stripe/connect/consent": May.CONNECT_STRIPE,
}
