"""A file with one customer, or one job, a line: which column is what, and how days are written."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class ChosenColumns:
    """Our fields, each with the header that it is read from, empty where there is none."""

    chosen: dict[str, str] = field(default_factory=dict)

    def used(self) -> dict[str, tuple[str, ...]]:
        return {name: (header,) for name, header in self.chosen.items() if header}

    def may_lack(self, field: str) -> bool:
        return False


@dataclass(frozen=True)
class TableLayout:
    """``dates`` is strptime's, for jobs; times are local times of ``time_zone``."""

    name: str
    columns: ChosenColumns
    encoding: str = "utf-8"
    delimiter: str = ","
    dates: str = "%Y-%m-%d"
    time_zone: str = "UTC"
