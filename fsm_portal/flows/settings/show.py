"""What a page of the settings shows: the fields of its section as they are kept."""

from dataclasses import dataclass, field

from fsm_portal.db import reading
from fsm_portal.domain.role import May
from fsm_portal.flows.identity import Scope
from fsm_portal.flows.settings.section import Section, as_basis
from fsm_portal.flows.staff_desk import NO_DESK, Desk, staff_desk


@dataclass(frozen=True)
class SectionView:
    """``texts`` are those of the fields, ``basis`` all of them as the form brings them back.

    ``allowed``: whether the role may see and change settings; without it there is nothing else.
    """

    desk: Desk = NO_DESK
    loaded: bool = False
    allowed: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    basis: str = ""


def show_section(scope: Scope, section: Section) -> SectionView:
    """The section through the eyes of ``scope``. Raises NotStaff for no staff's."""
    with reading() as session:
        company, desk = staff_desk(session, scope)
        if not scope.may(May.CHANGE_SETTINGS):
            return SectionView(desk, loaded=True)
        texts = section.texts(company)
        return SectionView(desk, loaded=True, allowed=True, texts=texts, basis=as_basis(texts))
