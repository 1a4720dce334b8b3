"""What each role and each right is called, for a page and a letter."""

from fsm_portal.domain.role import May, Role

# After "may": what somebody of this role can do.
ROLE_WORDS: dict[Role, str] = {
    Role.OWNER: "Do everything, and decide who else is an owner.",
    Role.ADMIN: "Do everything but make or change an owner.",
    Role.OFFICE: "Send invoices, take payments and refund, look after customers and jobs.",
    Role.TECHNICIAN: "See invoices, customers and jobs, and complete jobs. No money, no fees.",
}

MAY_WORDS: dict[May, str] = {
    May.WRITE_INVOICES: "Write invoices",
    May.SEND_INVOICES: "Send invoices and reminders",
    May.TAKE_PAYMENTS: "Record payments, use credit",
    May.REFUND: "Refund payments",
    May.VOID: "Void and credit invoices",
    May.SEE_FEES: "See fees and what is paid out",
    May.RECONCILE: "Reconcile with Stripe",
    May.EDIT_CUSTOMERS: "Add, edit and invite customers",
    May.EDIT_JOBS: "Plan and edit jobs",
    May.COMPLETE_JOBS: "Complete jobs",
    May.EXPORT: "Export",
    May.IMPORT: "Import",
    May.CHANGE_SETTINGS: "Change settings",
    May.CONNECT_STRIPE: "Connect and disconnect Stripe",
    May.MANAGE_TEAM: "Invite people and change roles",
    May.SEE_AUDIT: "Read the audit log",
}
