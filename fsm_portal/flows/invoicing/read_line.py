"""From the words of a line to the line, or to what is the matter with each of its fields."""

import re
from decimal import Decimal

from fsm_portal.domain.discount import parse_discount
from fsm_portal.domain.invoice import LineKind
from fsm_portal.domain.invoice_total import line_amount
from fsm_portal.domain.money import MAX_AMOUNT, exponent
from fsm_portal.flows.invoicing.sheet_content import SheetLine
from fsm_portal.flows.invoicing.write_invoice import DraftLine

_QUANTITY = re.compile(r"\d{1,9}(\.\d{1,6})?|\.\d{1,6}")
_PRICE = re.compile(r"-?(\d{1,12}|\d{1,3}(,\d{3}){1,3})(\.\d{0,8})?")
_LONGEST_DESCRIPTION, _LONGEST_DETAIL = 500, 1000

# What is wrong with which field.
Problems = dict[str, str]


def read_line(
    line: SheetLine, currency: str, rate_ids: frozenset[str]
) -> tuple[DraftLine | None, Problems]:
    """The line as it stands, or None where a figure is unsound or missing; and its problems.

    A quantity that was left out is one. What is missing is told under ``missing`` too, for whoever
    does not want to be told of it while still typing.
    """
    problems: Problems = {}
    quantity, price, discount = Decimal(1), None, parse_discount("", currency)
    try:
        quantity = parse_quantity(line.quantity)
    except ValueError as error:
        problems["quantity"] = str(error)
    if line.price.strip():
        try:
            price = parse_price(line.price, currency)
        except ValueError as error:
            problems["price"] = str(error)
    try:
        discount = parse_discount(line.discount, currency)
    except ValueError as error:
        problems["discount"] = str(error)
    if len(line.description.strip()) > _LONGEST_DESCRIPTION:
        problems["description"] = f"At most {_LONGEST_DESCRIPTION} characters; use the details."
    if len(line.detail.strip()) > _LONGEST_DETAIL:
        problems["detail"] = f"At most {_LONGEST_DETAIL:,} characters."
    if line.tax and line.tax not in rate_ids:
        problems["tax"] = "Choose a tax rate again: this one is gone."
    if price is not None and "quantity" not in problems and "discount" not in problems:
        whole = line_amount(quantity, price)
        if abs(whole) > MAX_AMOUNT:
            problems["price"] = "This is more than an invoice can hold."
        elif discount.amount > max(whole, 0):
            problems["discount"] = "A discount is at most the price."
    if price is None or problems.keys() & {"quantity", "price", "discount", "tax"}:
        return None, problems
    return (
        DraftLine(
            line.description.strip()[:_LONGEST_DESCRIPTION],
            quantity,
            price,
            detail=line.detail.strip()[:_LONGEST_DETAIL],
            tax_rate_id=line.tax or None,
            kind=LineKind.PART if line.kind == LineKind.PART else LineKind.SERVICE,
            discount=discount,
        ),
        problems,
    )


def missing_in(line: SheetLine) -> Problems:
    """What a line still needs before it can be saved."""
    missing: Problems = {}
    if not line.description.strip():
        missing["description"] = "Say what this line is for."
    if not line.price.strip():
        missing["price"] = "Enter a price."
    return missing


def parse_quantity(text: str) -> Decimal:
    """How many: above zero, six decimals at most; nothing typed is one.

    Raises ValueError with a sentence that can be shown.
    """
    typed = text.strip()
    if not typed:
        return Decimal(1)
    quantity = Decimal(typed) if _QUANTITY.fullmatch(typed) else Decimal(0)
    if quantity <= 0:
        raise ValueError("Enter a number such as 1 or 2.5.")
    return quantity


def parse_price(text: str, currency: str) -> Decimal:
    """A unit price in major units of ``currency`` as minor units, with fractions of one where it
    has up to four decimals more than the currency. Below zero it takes something off.

    Raises ValueError with a sentence that can be shown.
    """
    typed = text.strip()
    if not _PRICE.fullmatch(typed):
        raise ValueError("Enter a price such as 120.50.")
    price = Decimal(typed.replace(",", "")).scaleb(exponent(currency))
    if price != round(price, 4):
        raise ValueError(f"At most {exponent(currency) + 4} decimals.")
    return price
