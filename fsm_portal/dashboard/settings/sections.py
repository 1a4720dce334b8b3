"""The sections of the settings, in the order in which they are listed."""

from dataclasses import dataclass

from fsm_portal.domain.role import May

HOME = "/dashboard/settings/"


@dataclass(frozen=True)
class Place:
    """``words`` say what is there; only whoever may do ``may`` is shown the way."""

    name: str
    part: str
    icon: str
    words: str
    may: May = May.CHANGE_SETTINGS

    @property
    def to(self) -> str:
        return f"{HOME}{self.part}/"


SECTIONS = (
    Place("Company", "company", "wrench", "Name, contact, address, currency and time zone"),
    Place("Team", "team", "people", "Who works here, and what they may do", May.MANAGE_TEAM),
    Place("Audit log", "audit", "log", "Who did what, and when", May.SEE_AUDIT),
)
