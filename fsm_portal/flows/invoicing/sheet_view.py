"""What the editor shows of a sheet, ready to be pushed."""

from dataclasses import dataclass

from fsm_portal.flows.invoices.invoice_view import SumsView
from fsm_portal.flows.staff_desk import NO_DESK, Desk

_NO_SUMS = SumsView()


@dataclass(frozen=True)
class Choice:
    """Something to choose from: ``note`` tells it from its like."""

    id: str
    name: str
    note: str = ""


NO_CHOICE = Choice("", "")


@dataclass(frozen=True)
class SheetLineView:
    """The words of a line, what it comes to (empty where that cannot be told), its problems.

    ``tax_called`` is what the rate is called where that is too long to be read in its field.
    """

    key: str
    kind: str
    description: str
    detail: str
    quantity: str
    price: str
    discount: str
    tax: str
    amount: str
    is_blank: bool
    tax_called: str = ""
    description_problem: str = ""
    detail_problem: str = ""
    quantity_problem: str = ""
    price_problem: str = ""
    discount_problem: str = ""
    tax_problem: str = ""


@dataclass(frozen=True)
class SheetView:
    """``found`` is false for a sheet that was saved or thrown away, and for anybody else's.

    ``about`` is the draft's id and number, empty for a new invoice; ``newer`` says that somebody
    has saved the draft since. ``kept`` says when the last key was kept, ``due`` when it will be
    due, ``company_terms`` what the company does if nothing is said.
    """

    loaded: bool = False
    desk: Desk = NO_DESK
    id: str = ""
    found: bool = False
    about: str = ""
    number: str = ""
    newer: bool = False
    customer: Choice = NO_CHOICE
    has_email: bool = False
    customer_search: str = ""
    matches: tuple[Choice, ...] = ()
    nobody_called: bool = False
    # There are others; a longer word finds them.
    more_matches: bool = False
    may_add_customer: bool = False
    jobs: tuple[Choice, ...] = ()
    job: str = ""
    rates: tuple[Choice, ...] = ()
    lines: tuple[SheetLineView, ...] = ()
    issue_date: str = ""
    terms: str = ""
    due_date: str = ""
    due: str = ""
    company_terms: str = ""
    company_partial: str = ""
    notes: str = ""
    discount: str = ""
    discount_note: str = ""
    deposit: str = ""
    deposit_note: str = ""
    partial: str = ""
    sums: SumsView = _NO_SUMS
    customer_problem: str = ""
    issue_date_problem: str = ""
    due_date_problem: str = ""
    notes_problem: str = ""
    discount_problem: str = ""
    deposit_problem: str = ""
    problems: int = 0
    kept: str = ""
    typed_no: int = 0
    currency: str = ""
