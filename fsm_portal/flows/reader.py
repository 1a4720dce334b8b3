"""How whoever reads a page is written to: days and money as they know them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fsm_portal.gateways import formats


@dataclass(frozen=True)
class Reader:
    """``company`` is its name, ``time_zone`` where it is, ``locale`` the reader's own."""

    company: str
    time_zone: str
    locale: str

    @classmethod
    def of(cls, host: Any) -> "Reader":
        """``host`` is the row of ``home_host``."""
        return cls(host.name, host.time_zone, host.locale)

    def date(self, moment: datetime) -> date:
        """The day it was where the company is."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def day(self, moment: datetime) -> str:
        return formats.day(self.date(moment), self.locale)

    def money(self, amount: int, currency: str) -> str:
        """``amount`` in minor units."""
        return formats.money(amount, currency, self.locale)
