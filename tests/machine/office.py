"""What the office does before and beside the money: drafts, letters, credit notes, the schedule."""

from datetime import timedelta

from fsm_portal.db import reading
from fsm_portal.domain.clock import now
from fsm_portal.domain.ids import new_id
from fsm_portal.domain.invoice import Invoice
from fsm_portal.domain.tax_rate import TaxRate
from fsm_portal.flows.invoicing.credit_invoice import Asked, credit_invoice
from fsm_portal.flows.invoicing.keep_sheet import begin_sheet, edit_draft
from fsm_portal.flows.invoicing.save_sheet import NewerDraft, discard_draft, save_sheet
from fsm_portal.flows.invoicing.send_invoice import send_invoice
from fsm_portal.flows.prune import prune
from fsm_portal.flows.reminding.round import remind_everybody
from fsm_portal.flows.reminding.schedule import add_usual
from fsm_portal.flows.sweeping import sweep
from tests import cast
from tests.flows import books
from tests.machine.world import World


def write_draft(world: World) -> str:
    """Somebody of the office writes an invoice: parts, hours, two rates of tax, a discount."""
    customer, _ = world.rng.choice(world.customers)
    sheet = begin_sheet(world.owner, customer.id, anew=True)
    form = _line(world, 1) | {
        "discount": world.rng.choice(("", "", "10%", "5")),
        "deposit": world.rng.choice(("", "", "", "30%")),
        "partial": world.rng.choice(("", "yes", "no")),
        "terms": "day",
        "due_date": str(now().date() + timedelta(days=world.rng.choice((1, 30, 365)))),
    }
    draft_id, _ = save_sheet(world.owner, sheet, form)
    world.drafts.append(draft_id)
    return f"{form['quantity-1']} at {form['price-1']}"


def edit(world: World) -> str:
    """A draft is written anew, at times by two at once; or it was sent in the meantime."""
    draft_id = world.rng.choice(world.drafts)
    own = edit_draft(world.owner, draft_id)
    told = ""
    if world.rng.random() < 0.3:
        save_sheet(world.colleague, edit_draft(world.colleague, draft_id), _line(world, 1))
        told = ", over what a colleague saved"
    if world.rng.random() < 0.15:
        send_invoice(world.owner, draft_id)
        told += ", which was sent meanwhile"
    try:
        save_sheet(world.owner, own, _line(world, 1))
    except NewerDraft as newer:
        save_sheet(world.owner, own, _line(world, 1), over=newer.revision)
    return f"written anew{told}"


def send(world: World) -> str:
    """A draft goes out; or an invoice once more."""
    if world.rng.random() < 0.2:
        again = world.rng.choice(world.invoices)
        send_invoice(world.owner, again.id)
        return f"{again.number} once more"
    draft_id = world.rng.choice(world.drafts)
    world.drafts.remove(draft_id)
    send_invoice(world.owner, draft_id)
    with reading() as session:
        invoice = session.get_one(Invoice, (world.company.id, draft_id))
    if invoice not in world.invoices:
        world.invoices.append(invoice)
    return f"{invoice.number} over {invoice.total}"


def discard(world: World) -> str:
    draft_id = world.rng.choice(world.drafts)
    world.drafts.remove(draft_id)
    discard_draft(world.owner, draft_id)
    return "a draft is thrown away"


def credit(world: World) -> str:
    """A credit note on what is owed, or more than that; at times pressed twice."""
    invoice = world.rng.choice(world.invoices[-12:])
    amount = world.rng.choice(("", f"{world.rng.randint(1, invoice.total) / 100:.2f}"))
    asked = Asked(new_id(), amount, "Agreed on the phone")
    for _ in range(world.rng.randint(1, 2)):
        credit_invoice(world.owner, invoice.id, asked)
    return f"{amount or 'all'} credited on {invoice.number}"


def schedule(world: World) -> str:
    """One round of the scheduler, in its own order: reminders, the sweep, the prune."""
    reminded = remind_everybody()
    missed = sweep()
    prune()
    return f"{reminded}; {missed} events had been missed"


def post_is_down(world: World) -> str:
    world.post(False)
    return "no letter gets out"


def post_is_back(world: World) -> str:
    world.post(True)
    return "letters get out"


def _line(world: World, key: int) -> dict[str, str]:
    rates = books.rows(TaxRate)
    return {
        f"description-{key}": "Work",
        f"quantity-{key}": world.rng.choice(("1", "2.5", "0.333", "12")),
        f"price-{key}": world.rng.choice(("0.60", "19.99", "120", "99.95")),
        f"tax-{key}": world.rng.choice(("", *sorted(rate.id for rate in rates))),
    }


def open_for_business(world: World) -> None:
    """The company charges sales tax, a county's beside it, and reminds as most companies do."""
    for name, rate in (("Sales tax", 82_500), ("County tax", 12_345)):
        cast.save(TaxRate(company_id=world.company.id, name=name, rate_ppm=rate))
    add_usual(world.owner)
