"""The named cast: the companies and people that the demo and the pictures tell about."""

from dataclasses import dataclass

from fsm_portal.domain.staff import Role


@dataclass(frozen=True)
class CastCustomer:
    name: str
    contact: str
    email: str
    address: str
    phone: str = ""


@dataclass(frozen=True)
class CastLine:
    """``unit_price`` in minor units, as text where it has a fraction."""

    description: str
    quantity: str
    unit_price: str
    detail: str = ""


@dataclass(frozen=True)
class CastInvoice:
    """``age`` and ``terms`` in days. ``paid_by`` is a test card with which the demo pays it.

    ``deposit`` in minor units is asked for first; ``in_parts``: a part of it may be paid. ``job``
    is the title of the customer's job that it is for.
    """

    customer: str
    age: int
    lines: tuple[CastLine, ...]
    terms: int = 30
    draft: bool = False
    paid_by: str | None = None
    notes: str = ""
    deposit: int | None = None
    in_parts: bool | None = None
    job: str = ""


@dataclass(frozen=True)
class CastPast:
    """An invoice from before the portal, with its number of then and the visit it was for.

    ``paid`` says how many days later and by what the office was paid, in equal parts; one with a
    ``!`` came back. ``paid_by`` is a test card instead, or the test account of a bank, and
    ``refunded`` what of it went back since, in minor units. ``dispute`` says how the card's bank
    took it back: ``open``, ``won`` or ``lost``. ``seen``: its customer has looked at it;
    ``reminded``: and was reminded of it.
    """

    number: str
    age: int
    title: str
    description: str
    lines: tuple[CastLine, ...]
    paid: tuple[tuple[int, str], ...] = ()
    paid_by: str | None = None
    refunded: int = 0
    customer: str = "Harbor View Apartments"
    terms: int = 30
    dispute: str = ""
    seen: bool = False
    reminded: bool = False


@dataclass(frozen=True)
class CastJob:
    """``in_days`` from today, at ``hour`` o'clock: below zero is in the past, and done. ``by`` is
    the address of who goes there, empty where nobody is chosen yet."""

    customer: str
    in_days: int
    title: str
    description: str = ""
    hour: int = 9
    by: str = "tom@brightheating.example"


STAFF = (
    ("Maya Ortiz", "maya@brightheating.example", Role.OWNER),
    ("Priya Shah", "priya@brightheating.example", Role.OFFICE),
    ("Tom Becker", "tom@brightheating.example", Role.TECHNICIAN),
)

HARBOR, DENTAL, CAFE, SCHOOL, GYM, MARINA, LOFTS = (
    CastCustomer(
        "Harbor View Apartments",
        "Dana Reyes",
        "dana@harborview.example",
        "12 Pier Road\nBrooklyn, NY 11231",
        "+1 718 555 0134",
    ),
    CastCustomer(
        "Northwind Dental Group",
        "Dr. Ann Whitfield",
        "accounts@northwinddental.example",
        "830 Lexington Avenue\nNew York, NY 10065",
    ),
    CastCustomer(
        "Cedar & Pine Café",
        "Luca Moretti",
        "luca@cedarandpine.example",
        "77 Bedford Street\nNew York, NY 10014",
    ),
    CastCustomer(
        "Larkspur Elementary",
        "Grace Kim",
        "office@larkspur.example",
        "200 Larkspur Lane\nYonkers, NY 10701",
    ),
    CastCustomer(
        "Atlas Gym", "Marcus Lee", "marcus@atlasgym.example", "19 Grand Street\nNew York, NY 10013"
    ),
    CastCustomer(
        "Bluewater Marina",
        "Ines Alvarez",
        "ines@bluewatermarina.example",
        "1 Harbor Way\nCity Island, NY 10464",
    ),
    CastCustomer(
        "Quarry Street Lofts",
        "Owen Hale",
        "owen@quarrystreet.example",
        "5 Quarry Street\nQueens, NY 11101",
        "+1 718 555 0161",
    ),
)
CUSTOMERS = (HARBOR, DENTAL, CAFE, SCHOOL, GYM, MARINA, LOFTS)

_SERVICE = CastLine("Quarterly boiler service", "1", "145000", "Site visit, two technicians")
_PUMP = CastLine("Circulation pump UPS3 15-50/65", "2", "38900", "Replacement part incl. fitting")
_TREATMENT = CastLine("Water treatment, per 100 L", "6", "4250", "Inhibitor and flush")
_CALL_OUT = CastLine("Emergency call-out", "1.5", "16000", "Saturday, 18:40 to 20:10")
_FILTER = CastLine("Air filter, MERV 13", "8", "2475")
_TUNING = CastLine("Heat pump tuning", "2.5", "12000", "Per hour")
_VALVE = CastLine("Thermostatic valve", "12", "3195")
_BOILER = CastLine("Condensing boiler, 80 kW", "1", "684000", "Delivered and connected")
_INSPECTION = CastLine("Safety inspection with certificate", "1", "28500")

INVOICES = (
    CastInvoice(
        HARBOR.name,
        104,
        (_INSPECTION, _FILTER),
        paid_by="4242424242424242",
        job="Safety inspection",
    ),
    CastInvoice(DENTAL.name, 96, (_TUNING, _FILTER), job="Heat pump tuning"),
    CastInvoice(CAFE.name, 71, (_CALL_OUT, CastLine("Flue seal", "3", "1890"))),
    CastInvoice(SCHOOL.name, 58, (_VALVE, _TREATMENT)),
    CastInvoice(GYM.name, 47, (_TUNING,), paid_by="5555555555554444"),
    CastInvoice(MARINA.name, 40, (_SERVICE, _VALVE)),
    CastInvoice(
        HARBOR.name, 33, (_TREATMENT, _FILTER), in_parts=True, job="Water treatment and filters"
    ),
    CastInvoice(
        CAFE.name, 21, (_INSPECTION,), paid_by="378282246310005", job="Gas safety inspection"
    ),
    CastInvoice(SCHOOL.name, 12, (_SERVICE, _PUMP, _FILTER)),
    CastInvoice(DENTAL.name, 9, (_CALL_OUT, _FILTER)),
    CastInvoice(GYM.name, 6, (_INSPECTION, _FILTER)),
    CastInvoice(
        HARBOR.name,
        1,
        (_SERVICE, _PUMP, _TREATMENT, _CALL_OUT),
        notes="Thank you. The new pumps carry a two-year warranty.",
        job="Boiler service and pump replacement",
    ),
    CastInvoice(
        MARINA.name, 0, (_CALL_OUT, CastLine("Fuel line, copper", "4.5", "2230")), draft=True
    ),
    CastInvoice(CAFE.name, 0, (_TUNING, _VALVE), draft=True),
    CastInvoice(
        HARBOR.name,
        5,
        (_BOILER, _SERVICE),
        deposit=250_000,
        notes="We order the boiler as soon as the deposit is here.",
        job="New boiler, 80 kW",
    ),
)

# Dana's, so that her histories have something to tell. None of it is owed any more.
PAST = (
    CastPast(
        "2025-117",
        402,
        "Annual boiler service",
        "Burner cleaned, pressure set to 1.6 bar.",
        (_SERVICE,),
        ((12, "bank_transfer"),),
    ),
    CastPast(
        "2025-164",
        311,
        "Radiator valves, floors 1 and 2",
        "Twelve thermostatic valves.",
        (_VALVE,),
        ((20, "cheque!"), (24, "bank_transfer")),
    ),
    CastPast(
        "2026-021",
        236,
        "Emergency call-out",
        "No hot water on a Saturday: a fuse of the pump.",
        (_CALL_OUT,),
        ((0, "cash"), (9, "bank_transfer")),
    ),
    CastPast(
        "2026-058",
        163,
        "Spring check of both heat pumps",
        "",
        (_TUNING,),
        ((14, "bank_transfer"),),
    ),
    CastPast(
        "2026-102",
        11,
        "Filter change, all floors",
        "Sixteen filters; four were of the wrong size and went back.",
        (CastLine("Air filter, MERV 13", "16", "2475"),),
        paid_by="4242424242424242",
        refunded=10_717,
    ),
)

# Where money did not go the straight way, so that every page of the office has something to show.
CROOKED = (
    CastPast(
        "2026-088",
        92,
        "Boiler exchange, house 2",
        "The old one went to the scrapyard.",
        (_TREATMENT,),
        paid_by="4242424242424242",
        customer=LOFTS.name,
        dispute="lost",
        seen=True,
    ),
    CastPast(
        "2026-093",
        70,
        "Safety inspection, houses 1 to 3",
        "",
        (_INSPECTION,),
        paid_by="5555555555554444",
        customer=LOFTS.name,
        dispute="won",
    ),
    CastPast(
        "2026-099",
        26,
        "Heat pump tuning, house 3",
        "Noise at night: the fan was loose.",
        (_TUNING,),
        paid_by="4242424242424242",
        customer=LOFTS.name,
        dispute="open",
        seen=True,
    ),
    CastPast(
        "2026-095",
        48,
        "Filters, all houses",
        "",
        (_FILTER,),
        paid_by="4000000000000002",
        customer=LOFTS.name,
        seen=True,
        reminded=True,
    ),
    CastPast(
        "2026-101",
        19,
        "Thermostatic valves, house 1",
        "Twelve of them.",
        (_VALVE,),
        # A debit of which nothing is heard for as long as the demo runs.
        paid_by="000000000009",
        customer=LOFTS.name,
        seen=True,
    ),
)

JOBS = (
    CastJob(HARBOR.name, -104, "Safety inspection", "With certificate for the insurance.", 13),
    CastJob(HARBOR.name, -33, "Water treatment and filters", hour=8),
    CastJob(
        HARBOR.name, -1, "Boiler service and pump replacement", "Both pumps in the plant room."
    ),
    CastJob(HARBOR.name, 6, "Radiator balancing, floors 3 to 5", "Please let us into each flat."),
    CastJob(
        HARBOR.name,
        20,
        "New boiler, 80 kW",
        "Two days. The heating is off on the first, from 8 to about 17.",
        8,
    ),
    CastJob(HARBOR.name, 89, "Quarterly boiler service", by=""),
    CastJob(DENTAL.name, -96, "Heat pump tuning"),
    CastJob(DENTAL.name, 12, "Air filters, all practices", hour=7),
    CastJob(CAFE.name, -21, "Gas safety inspection"),
    CastJob(CAFE.name, 40, "Flue check", hour=15, by=""),
    CastJob(MARINA.name, 0, "Emergency call-out: no heat in the clubhouse", hour=18),
    CastJob(SCHOOL.name, -12, "Boiler service", "All three boilers.", 7),
    CastJob(SCHOOL.name, 9, "Filter change, all classrooms", hour=16),
    CastJob(GYM.name, -6, "Safety inspection", hour=6),
    CastJob(LOFTS.name, 3, "Radiators cold on floor 4", hour=10),
)
