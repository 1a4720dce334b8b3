"""What stands on a sheet: the words in each field of the editor, as they were typed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from fsm_portal.domain.ids import is_id

MOST_LINES = 200
# Longer than anything a field admits: what is cut off here would be refused anyway.
_LONGEST = 2_500
_LONGEST_SHORT = 600


@dataclass(frozen=True)
class SheetLine:
    """``key`` tells it from the others of its sheet, wherever it stands."""

    key: str
    kind: str = "service"
    description: str = ""
    detail: str = ""
    quantity: str = ""
    price: str = ""
    discount: str = ""
    tax: str = ""

    @property
    def is_blank(self) -> bool:
        words = (self.description, self.detail, self.quantity, self.price, self.discount)
        return not any(each.strip() for each in words)


@dataclass(frozen=True)
class SheetContent:
    """``terms`` are days as text, empty for the company's own, ``day`` for ``due_date``.

    ``partial`` is ``yes``, ``no`` or empty, as the company does it. ``pressed``: it was to be saved
    and is not sound, so what is missing is pointed out too. ``typed_no`` counts the browser's keys.
    """

    customer_id: str = ""
    customer_search: str = ""
    job: str = ""
    issue_date: str = ""
    terms: str = ""
    due_date: str = ""
    notes: str = ""
    discount: str = ""
    deposit: str = ""
    partial: str = ""
    lines: tuple[SheetLine, ...] = ()
    pressed: bool = False
    typed_no: int = 0

    @property
    def written(self) -> tuple[SheetLine, ...]:
        """The lines that say anything."""
        return tuple(line for line in self.lines if not line.is_blank)


_TEXTS = tuple(
    each.name
    for each in fields(SheetContent)
    if each.name not in ("customer_id", "lines", "pressed", "typed_no")
)
_LINE_TEXTS = tuple(each.name for each in fields(SheetLine) if each.name != "key")
_MANY_LINES = ("notes", "detail")


def to_json(content: SheetContent) -> str:
    return json.dumps(asdict(content), ensure_ascii=False, separators=(",", ":"))


def from_json(text: str) -> SheetContent:
    said = json.loads(text)
    lines = tuple(SheetLine(**line) for line in said.pop("lines"))
    return SheetContent(**said, lines=lines)


def typed_into(content: SheetContent, form: object) -> SheetContent:
    """``content`` with what the browser's form says; what it does not mention stays as it is.

    Lines are those of ``content``: a form may be older than the last of them, or newer.
    """
    if not isinstance(form, Mapping):
        return content
    changed: dict[str, Any] = {
        name: _text(form, name, getattr(content, name)) for name in _TEXTS if name in form
    }
    lines = tuple(
        replace(
            line,
            **{
                name: _text(form, f"{name}-{line.key}", getattr(line, name))
                for name in _LINE_TEXTS
                if f"{name}-{line.key}" in form
            },
        )
        for line in content.lines
    )
    number = form.get("typed_no")
    if isinstance(number, str) and number.isascii() and number.isdigit():
        changed["typed_no"] = int(number[:9])
    if changed.get("job") and not is_id(changed["job"]):
        changed["job"] = content.job
    return with_room(replace(content, **changed, lines=lines))


def with_room(content: SheetContent) -> SheetContent:
    """There is always an empty line at the end, in the kind and with the tax of the one before."""
    lines = content.lines
    if (lines and lines[-1].is_blank) or len(lines) >= MOST_LINES:
        return content
    last = lines[-1] if lines else SheetLine("0")
    return replace(
        content, lines=(*lines, SheetLine(next_key(content), kind=last.kind, tax=last.tax))
    )


def next_key(content: SheetContent) -> str:
    return str(1 + max((int(line.key) for line in content.lines), default=0))


def _text(form: Mapping[str, Any], name: str, otherwise: str) -> str:
    value = form.get(name)
    if not isinstance(value, str):
        return otherwise
    many = name.partition("-")[0] in _MANY_LINES
    kept = "".join(c for c in value if c.isprintable() or (many and c == "\n"))
    return kept[: _LONGEST if many else _LONGEST_SHORT]
