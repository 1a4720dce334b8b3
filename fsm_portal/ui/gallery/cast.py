"""The people and papers the gallery shows: made up, and the same as in the demo."""

from dataclasses import dataclass

COMPANY, CUSTOMER = "Bright Heating Co.", "Harbor View Apartments"


@dataclass(frozen=True)
class Line:
    description: str
    detail: str
    quantity: str
    unit_price: str
    amount: str
    discount: str = ""
    kind: str = ""


@dataclass(frozen=True)
class InvoiceRow:
    id: str
    number: str
    customer: str
    status: str
    overdue: bool
    processing: bool
    due: str
    amount: str


@dataclass(frozen=True)
class Movement:
    id: str
    title: str
    note: str
    amount: str
    status: str


@dataclass(frozen=True)
class Bucket:
    label: str
    amount: str
    percent: int


LINES = [
    Line(
        "Quarterly boiler service",
        "Site visit 12 Sep, two technicians",
        "1",
        "$1,450.00",
        "$1,450.00",
    ),
    Line(
        "Circulation pump UPS3 15-50/65",
        "Replacement part incl. fitting",
        "2",
        "$389.00",
        "$778.00",
    ),
    Line("Water treatment, per 100 L", "Inhibitor and flush", "6", "$42.50", "$255.00"),
    Line("Emergency call-out", "", "1.5 h", "$160.00", "$240.00"),
]

INVOICES = [
    InvoiceRow(
        "1", "INV-0418", CUSTOMER, "partially_paid", False, False, "Oct 22, 2026", "$1,697.65"
    ),
    InvoiceRow(
        "2", "INV-0417", "Northwind Dental Group", "paid", False, False, "Oct 20, 2026", "$860.00"
    ),
    InvoiceRow(
        "3", "INV-0411", "Cedar & Pine Café", "unpaid", True, False, "Oct 1, 2026", "$2,310.40"
    ),
    InvoiceRow(
        "4", "INV-0409", "Larkspur Elementary", "unpaid", False, True, "Oct 12, 2026", "$12,480.00"
    ),
    InvoiceRow(
        "5",
        "INV-0402",
        "Northwind Dental Group",
        "partially_refunded",
        False,
        False,
        "Sep 14, 2026",
        "$5,125.00",
    ),
    InvoiceRow(
        "6", "INV-0391", "Cedar & Pine Café", "draft", False, False, "Nov 1, 2026", "$3,990.00"
    ),
]

PAYMENTS = [
    Movement("1", "Visa ending 4242", "Oct 2, 2026 · pi_3Qa8", "$1,000.00", "succeeded"),
    Movement("2", "Bank debit ending 6789", "Sep 26, 2026 · pi_1Pk2", "$250.00", "pending"),
]

EVENTS = [
    Movement(
        "1", "Harbor View Apartments paid $1,000.00", "by card, INV-0418 · 2 min ago", "", "good"
    ),
    Movement(
        "2",
        "Larkspur Elementary started a bank debit",
        "INV-0409, clears in 3 days · 26 min ago",
        "",
        "warn",
    ),
    Movement(
        "3",
        "Card declined for Cedar & Pine Café",
        "INV-0411, insufficient funds · 1 h ago",
        "",
        "bad",
    ),
    Movement("4", "Maya Ortiz sent INV-0418", "to dana@harborview.example · 3 h ago", "", "quiet"),
]

BUCKETS = [
    Bucket("Current", "$48,210", 100),
    Bucket("1–30", "$22,140", 46),
    Bucket("31–60", "$9,480", 20),
    Bucket("61–90", "$5,125", 11),
    Bucket("90+", "$1,980", 4),
]
