"""Every state of an invoice, in words for its customer."""

from playwright.sync_api import expect

from fsm_portal.demo.seed import BRIGHT_HEATING_ACCOUNT
from tests.e2e.at_stripe import Stripe
from tests.e2e.axe import faults
from tests.e2e.conftest import DESK, PHONE, Demo, MakePerson, Picture, fits
from tests.e2e.own_invoices import Invoices

# A page is laid out by its width alone, whenever that changes.
LOOKS = (("phone", PHONE, "light"), ("desk", DESK, "dark"))


def test_every_state_of_an_invoice_is_said_in_plain_words(
    demo: Demo, person: MakePerson, picture: Picture, stripe: Stripe
) -> None:
    """Cases 8, 10 and 18, as a customer reads them: what it means, and what to do."""
    email = "states@quayside.example"
    own = Invoices(demo, email)
    own.make(
        S1="unpaid", S2="declined", S3="debit fails", S4="paid", S5="paid", S6="paid",
        S7="refund fails", S8="void", S9="deposit", S10="paid",
    )  # fmt: skip
    page = person(PHONE).comes_in(demo.link_for(email))
    wrong: list[str] = []

    def reads(number: str, *sentences: str) -> None:
        own.open(page, number)
        for name, size, scheme in LOOKS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme)
            for sentence in sentences:
                expect(page.get_by_text(sentence).locator("visible=true").first).to_be_visible()
            wrong.extend(faults(page))
            assert fits(page), number
            picture(page, f"{number} {name}")

    # Within the few seconds that a bank of the demo takes.
    own.make(S11="debit")
    reads("S11", "Bank payment on its way", "nothing more to do")
    dispute, lost = stripe.dispute("S4"), stripe.dispute("S10")
    stripe.refund("S5")
    stripe.refund("S6", 8_000)
    stripe.refund("S7", 8_000)
    reads("S1", "Boiler service, west wing", "Sales tax 8.25%", "The key is with the caretaker.")
    reads("S2", "Your last payment was declined", "Visa ending 0002 was declined for $303.10")
    reads("S8", "This invoice is void", "there is nothing to pay")
    reads("S9", "The deposit", "$100.00")
    reads("S4", "Your bank is looking into a payment", "Taken back by your bank")
    reads("S5", "What you paid on this invoice went back to you", "Refunded to Visa ending 4242")
    reads("S6", "Paid, and refunded in part", "-$80.00")

    stripe.ask(
        "POST", "/sandbox/hurry", account=BRIGHT_HEATING_ACCOUNT, what=["bank_debits", "refunds"]
    )
    stripe.ask("POST", "/sandbox/disputes", dispute=dispute, outcome="won")
    stripe.ask("POST", "/sandbox/disputes", dispute=lost, outcome="lost")
    reads("S3", "Your bank payment did not go through", "not enough money in the account")
    reads("S7", "A refund that did not arrive", "Paid in full")
    reads("S4", "Paid again by your bank", "Paid in full")
    reads("S10", "Due again", "Your bank gave $303.10 back to you")
    reads("S11", "Paid in full", "ending 6789")
    assert wrong == []
