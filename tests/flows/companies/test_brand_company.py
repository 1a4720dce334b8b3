"""What a company looks like to its customers, and what is refused."""

import io

import pytest
import typer
from pypdf import PdfReader

from fsm_portal.commands import brand as commands
from fsm_portal.db import reading
from fsm_portal.domain.company import Company
from fsm_portal.flows.companies.brand_company import (
    Brand,
    CannotBrand,
    change_brand,
    remove_logo,
    set_logo,
)
from fsm_portal.flows.companies.company_frame import company_frame
from fsm_portal.flows.companies.company_logo import logo_picture
from fsm_portal.flows.home.show_home import show_home
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.statement.show_statement import StatementQuery, show_statement
from fsm_portal.gateways.logo import LogoRefused
from tests.invoices import write_invoice
from tests.papers import invoice_pdf
from tests.pictures import HOSTILE, picture

SLUG = "bright-heating"


def _pictures(file: bytes) -> int:
    return len(PdfReader(io.BytesIO(file)).pages[0].images)


def frame(company):
    with reading() as session:
        return company_frame(session.get_one(Company, company.id))


def test_a_logo_is_on_every_page_and_paper(any_database, company, dana, clock):
    invoice = write_invoice(company, dana)
    eyes = Scope("customer", company.id, dana.id, None)
    _, plain = invoice_pdf(eyes, invoice.id)
    assert frame(company).logo == ""
    set_logo(SLUG, picture(400, 100))
    first = frame(company).logo
    assert first.startswith("/logos/") and first.endswith(".png")
    assert show_home(eyes).company.logo == first
    assert show_statement(eyes, StatementQuery()).company.logo == first
    assert logo_picture(first[7:-4]).startswith(b"\x89PNG")
    _, with_logo = invoice_pdf(eyes, invoice.id)
    assert [_pictures(file) for file in (plain, with_logo)] == [0, 1]
    # Another picture is another address; the old one is gone.
    set_logo(SLUG, picture(300, 300))
    assert frame(company).logo != first
    assert logo_picture(first[7:-4]) is None
    assert remove_logo(SLUG) and not remove_logo(SLUG)
    assert frame(company).logo == ""


def test_two_companies_may_have_the_same_picture(any_database, company, other_company):
    for slug in (company.slug, other_company.slug):
        set_logo(slug, picture())
    assert frame(company).logo == frame(other_company).logo
    remove_logo(company.slug)
    assert logo_picture(frame(other_company).logo[7:-4]) is not None


@pytest.mark.parametrize("name", HOSTILE)
def test_case_43_a_hostile_picture_leaves_the_logo_as_it_was(company, name):
    """Case 43."""
    set_logo(SLUG, picture())
    before = frame(company).logo
    with pytest.raises(LogoRefused):
        set_logo(SLUG, HOSTILE[name])
    assert frame(company).logo == before


def test_colour_contact_and_terms_change_and_the_rest_stays(any_database, company):
    changed = change_brand(
        SLUG,
        Brand(color="#0F766E", phone=" +1 212 555 0199 ", terms="Net 30.\r\n\r\nThank you!  \n"),
    )
    assert (changed.brand_color, changed.phone) == ("#0f766e", "+1 212 555 0199")
    assert changed.terms == "Net 30.\n\nThank you!"
    assert (changed.name, changed.email, changed.address) == (
        company.name,
        company.email,
        company.address,
    )
    assert change_brand(SLUG, Brand(terms="")).terms == ""


def test_every_mistake_is_named_at_once_and_nothing_is_changed(company):
    with pytest.raises(CannotBrand) as refused:
        change_brand(
            SLUG,
            Brand(
                name="",
                color="red;background:url(//x)",
                email="nobody",
                phone="<script>",
                address="x\0y",
                terms="x" * 2001,
            ),
        )
    assert str(refused.value).splitlines() == [
        "The company's name is empty: it stands on invoices and in mails.",
        "'red;background:url(//x)' is no colour: # and six digits or letters, such as #0f766e.",
        "'nobody' is not an email address, such as office@example.com.",
        "'<script>' is no phone number, such as +1 212 555 0142.",
        "The address holds characters that cannot be shown, such as a tab.",
        "The terms text has 2,001 letters; 2,000 at most.",
    ]
    assert frame(company).name == company.name
    for act in (lambda: set_logo("nobody", picture()), lambda: remove_logo("nobody")):
        with pytest.raises(CannotBrand, match="There is no company 'nobody'"):
            act()


def refused(capsys, command, *given, **options) -> str:
    """The one line that a command ends with."""
    with pytest.raises(typer.Exit) as ended:
        command(*given, **options)
    assert ended.value.exit_code != 0
    return capsys.readouterr().err.strip()


def test_the_command_takes_a_picture_and_says_what_became_of_it(company, tmp_path, capsys):
    """Case 40: whatever the file is called, what is in it counts."""
    file = tmp_path / "logo.png"
    file.write_bytes(picture(1280, 200))
    commands.logo(SLUG, file)
    commands.logo(SLUG, remove=True)
    commands.logo(SLUG, remove=True)
    assert capsys.readouterr().out.splitlines() == [
        "The logo is set, 640 × 100 pixels.",
        "The logo is gone.",
        "There was no logo.",
    ]
    for content in HOSTILE.values():
        file.write_bytes(content)
        assert refused(capsys, commands.logo, SLUG, file).count("\n") == 0
    assert refused(capsys, commands.logo, SLUG) == "Give a picture, or --remove."
    assert "cannot be read" in refused(capsys, commands.logo, SLUG, tmp_path)
    assert "cannot be read" in refused(capsys, commands.logo, SLUG, tmp_path / "none.png")
    assert frame(company).logo == ""


def test_the_command_changes_what_it_is_given(company, tmp_path, capsys):
    terms = tmp_path / "terms.txt"
    terms.write_text("\ufeffNet 30.\nThank you!\n", encoding="utf-8")
    commands.brand(SLUG, color="#0f766e", address="1 Pier\\nNew York", terms_file=terms)
    assert capsys.readouterr().out.strip() == "Bright Heating Co. is changed."
    with reading() as session:
        changed = session.get_one(Company, company.id)
    assert (changed.terms, changed.address) == ("Net 30.\nThank you!", "1 Pier\nNew York")
    assert refused(capsys, commands.brand, SLUG).startswith("Nothing to change.")
    terms.write_bytes(b"\xff\xfe\x00")
    assert "is not a text in UTF-8" in refused(capsys, commands.brand, SLUG, terms_file=terms)
    terms.write_bytes(b"x" * 30_000)
    assert "too large" in refused(capsys, commands.brand, SLUG, terms_file=terms)
