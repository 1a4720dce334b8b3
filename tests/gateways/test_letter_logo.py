"""The company's logo in its letters: inside them, beside the name, fetched from nowhere."""

from dataclasses import replace

from fsm_portal.gateways import letters
from fsm_portal.gateways.logo import redrawn
from tests.gateways.test_letters import BRIGHT, DANA, INVOICE, PAYMENT, Seen
from tests.pictures import picture


def test_the_logo_stands_beside_the_name() -> None:
    company = replace(BRIGHT, logo=picture(1200, 400))
    for letter in (
        letters.invoice_letter(company, DANA, INVOICE),
        letters.receipt_letter(company, DANA, PAYMENT),
    ):
        (shown,) = letter.pictures
        page = Seen(letter.html)
        assert f"cid:{shown.name}" in page.targets
        assert 'width="120" height="40" alt=""' in letter.html
        assert company.name in page.text
        # Twice as fine as it is shown, and no larger.
        drawn = redrawn(shown.data)
        assert (drawn.width, drawn.height) == (240, 80)


def test_without_a_logo_or_with_one_that_is_none_the_initials_stand_there() -> None:
    """Case 43: a letter does not fail on its decoration."""
    for logo in (None, b"<svg onload=alert(1)>"):
        letter = letters.invoice_letter(replace(BRIGHT, logo=logo), DANA, INVOICE)
        assert letter.pictures == ()
        assert "cid:" not in letter.html and ">BH<" in letter.html
