"""The section Branding: the company's colour and logo, on pages, papers and mails."""

from dataclasses import dataclass, field

from fsm_portal.db import reading, unit_of_work
from fsm_portal.domain.audit_entry import Deed
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import May
from fsm_portal.domain.topic import company_topic
from fsm_portal.flows.auditing.write_down import write_down
from fsm_portal.flows.companies.brand_company import drop_logo, put_logo
from fsm_portal.flows.identity import Identity, Scope
from fsm_portal.flows.settings import checks
from fsm_portal.flows.settings.keep import NOT_YOURS
from fsm_portal.flows.settings.section import Section, Setting, as_basis
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk
from fsm_portal.gateways.colour import BLACK, NIGHT, WHITE, contrast, palette
from fsm_portal.gateways.logo import LogoRefused, redrawn

BRANDING = Section(
    "Branding", "branding", {"color": Setting("Colour", checks.color, "brand_color")}
)


class CannotBrandHere(Exception):
    """Why not, in words for staff."""


@dataclass(frozen=True)
class Sample:
    """What is painted with the colour in one scheme, as ``#rrggbb``: a button and its lettering, a
    link, plain text, and the ground they are on."""

    ground: str = ""
    text: str = ""
    fill: str = ""
    ink: str = ""
    link: str = ""


@dataclass(frozen=True)
class ColourView:
    """How a colour looks where it is used; ``note`` says how well it can be read."""

    color: str = ""
    note: str = ""
    light: Sample = Sample()
    dark: Sample = Sample()


@dataclass(frozen=True)
class BrandingView:
    """As a SectionView; ``logo`` is the address of the picture, or empty."""

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    basis: str = ""
    logo: str = ""
    colour: ColourView = ColourView()


def show_branding(scope: Scope) -> BrandingView:
    """Through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return BrandingView(desk, loaded=True)
        texts = BRANDING.texts(company)
        return BrandingView(
            desk,
            loaded=True,
            allowed=True,
            texts=texts,
            basis=as_basis(texts),
            logo=desk.company.logo,
            colour=look_at_colour(company.brand_color),
        )


def look_at_colour(text: str) -> ColourView:
    """What is to be said about a colour. Raises ValueError for none."""
    color = checks.color(text)
    ratio = contrast(WHITE, color)
    shades = palette(color)
    if shades.fill != color:
        note = "Neither white nor black can be read on it well enough: it is used a shade darker."
    elif shades.ink == WHITE:
        note = f"White text on it: contrast {ratio:.1f} to 1. Easy to read."
    else:
        note = (
            f"Too light for white text (contrast {ratio:.1f} to 1, 4.5 is the least): buttons are "
            "lettered in black."
        )
    if shades.link != color:
        note += " Links on white are a shade darker."
    return ColourView(
        color,
        note,
        Sample(WHITE, BLACK, shades.fill, shades.ink, shades.link),
        Sample(NIGHT, WHITE, shades.dark_fill, shades.dark_ink, shades.dark_link),
    )


def upload_logo(who: Identity, picture: bytes) -> frozenset[str]:
    """Show ``picture`` (PNG or JPEG), drawn anew; topics to ring. Raises CannotBrandHere."""
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotBrandHere(NOT_YOURS)
    try:
        logo = redrawn(picture)
    except LogoRefused as error:
        raise CannotBrandHere(str(error)) from error
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id)
        put_logo(session, company, logo)
        words = f"{logo.width} × {logo.height} pixels"
        write_down(session, who, Deed.SET_LOGO, about="company", about_id=company.id, words=words)
    return frozenset({company_topic(who.company_id)})


def take_logo_off(who: Identity) -> frozenset[str]:
    """Show the company's initials again; topics to ring. Raises CannotBrandHere."""
    if not who.may(May.CHANGE_SETTINGS):
        raise CannotBrandHere(NOT_YOURS)
    with unit_of_work() as session:
        company = session.get_one(Company, who.company_id)
        if drop_logo(session, company):
            write_down(session, who, Deed.REMOVED_LOGO, about="company", about_id=company.id)
    return frozenset({company_topic(who.company_id)})
