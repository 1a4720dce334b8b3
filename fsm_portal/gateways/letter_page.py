"""Writes a letter: one template, once as a page and once as plain text, in its reader's language.

Nothing that a person typed acts in either: values are put into sentences as text, by ``put``.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from fsm_portal.gateways import formats, letter_words
from fsm_portal.gateways.colour import palette
from fsm_portal.gateways.languages import direction_of, html_tag
from fsm_portal.gateways.letter_words import fill, words_in
from fsm_portal.gateways.logo import fit_logo
from fsm_portal.gateways.mail_headers import one_line
from fsm_portal.gateways.mail_message import Attachment, Letter, Picture

LOGO = "logo@portal"
_LOGO = (160, 40)  # pixels that it may take
_SHARP = (320, 80)  # and that it has: screens are finer than that
# What a reader's program keeps apart from the line around it, whichever way each runs (UAX 9).
_ISOLATE, _END = "\u2068", "\u2069"
# What of ours a subject does without.
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u2067\u2068\u2069"))
_LETTER_AND_SIGN = re.compile(r"[A-Za-z][$£€¥]$")
_EMPTY_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class _Shown:
    """A picture of the letter, by its name, in the size in which it is shown."""

    name: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Company:
    """Who writes. Answers go to ``reply_to``; ``colour`` is ``#rrggbb`` or empty, ``logo`` a PNG
    or None. Money and days are written as in ``locale``, words are those of ``language`` (one of
    ``languages.LANGUAGES``)."""

    name: str
    reply_to: str
    locale: str
    time_zone: str
    colour: str = ""
    logo: bytes | None = None
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads."""

    name: str
    address: str


class Ours(str):
    """What we wrote ourselves, a figure or a day: its marks and spaces stay."""

    __slots__ = ()


def written(
    template: str,
    company: Company,
    reader: Reader,
    *,
    key: str,
    values: dict[str, object],
    about: Sequence[str] = (),
    follows: str | None = None,
    attachments: tuple[Attachment, ...] = (),
) -> Letter:
    """The letter of ``template``, which finds ``values`` under their names, and how many files
    there are as ``attachments``.

    ``about`` are the ids of the invoices that it is of: of just one, it stands in that one's
    thread, after the letter whose key is ``follows``.
    """
    logo = _shown_logo(company.logo) if company.logo else None
    known = _known(company, reader) | values
    known["attachments"] = len(attachments)
    known["logo"] = _Shown(LOGO, *logo[1]) if logo else None
    text_known = known | _tongue(company.language, plain=True)
    as_text = _templates(plain=True).get_template(f"{template}.j2")
    subject = "".join(as_text.blocks["subject"](as_text.new_context(text_known)))
    subject = one_line(subject.translate(_MARKS))
    html_known = known | _tongue(company.language, plain=False)
    page = _templates(plain=False).get_template(f"{template}.j2")
    return Letter(
        to_address=reader.address,
        to_name=reader.name,
        from_name=company.name,
        reply_to=company.reply_to,
        subject=subject,
        text=_tidy(as_text.render(text_known)),
        html=page.render(html_known, subject=subject),
        key=key,
        thread=f"invoice/{about[0]}" if len(about) == 1 else None,
        follows=follows if len(about) == 1 else None,
        attachments=attachments,
        pictures=(Picture(LOGO, logo[0]),) if logo else (),
    )


@lru_cache(maxsize=16)
def _shown_logo(logo: bytes) -> tuple[bytes, tuple[int, int]] | None:
    fitted = fit_logo(logo, at_most=_SHARP)
    return (fitted.png, fitted.within(*_LOGO)) if fitted else None


def _closed(amount: str, right: bool) -> Ours:
    """``US$`` at the end of a line that runs from the right keeps its sign beside its letters."""
    return Ours(f"{amount}\u200e" if right and _LETTER_AND_SIGN.search(amount) else amount)


def _known(company: Company, reader: Reader) -> dict[str, object]:
    language, locale = company.language, company.locale
    right = direction_of(language) == "rtl"
    return {
        "company": company,
        "reader": reader,
        "palette": palette(company.colour),
        "lang": html_tag(language),
        "dir": "rtl" if right else "ltr",
        "start": "right" if right else "left",
        "end": "left" if right else "right",
        "money": lambda amount, currency: _closed(formats.money(amount, currency, locale), right),
        "day": lambda value: Ours(formats.day(value, locale)),
        "moment": lambda value: Ours(formats.moment(value, company.time_zone, locale)),
        "how_far": lambda days: Ours(letter_words.how_far(days, language)),
        "minutes": lambda count: Ours(letter_words.minutes(count, language)),
        "both": lambda names: letter_words.both(names, language),
        "browser_in": lambda browser: letter_words.browser_in(browser, language),
    }


def _tongue(language: str, *, plain: bool) -> dict[str, object]:
    """What says things, in the one part and in the other."""
    words = words_in(language)
    isolated = direction_of(language) == "rtl"
    put = _in_text(isolated) if plain else _in_page(isolated)

    def say(which: str, /, **values: object) -> str:
        return put_in(words[which], values)

    def put_in(sentence: str, values: dict[str, object]) -> str:
        if plain:
            return Ours(fill(sentence, values, put))
        return Markup(fill(escape(sentence), values, put))

    def opening(own: str, name: str, slots: dict[str, object]) -> list[str]:
        """The company's own words in paragraphs where it has any, else ours."""
        own = "\n".join(one_line(line) for line in own.split("\n")).strip()
        if not own:
            return [put_in(words[name], slots)]
        return [lines(put_in(part.strip(), slots)) for part in own.split("\n\n") if part.strip()]

    def lines(text: str) -> str:
        return text if plain else Markup("<br>\n").join(Markup(text).split("\n"))

    return {
        "say": say,
        "put": put,
        "opening": opening,
        "base": "base.txt" if plain else "base.html",
        "parts_of": "parts.txt" if plain else "parts.html",
    }


def _in_text(isolated: bool) -> Callable[[object], str]:
    def put(value: object) -> str:
        # Nothing but line breaks and turned-round directions could do harm there.
        text = value if isinstance(value, Ours) else one_line(str(value))
        return f"{_ISOLATE}{text}{_END}" if isolated else text

    return put


def _in_page(isolated: bool) -> Callable[[object], str]:
    def put(value: object) -> str:
        text = escape(value if isinstance(value, Ours | Markup) else one_line(str(value)))
        if isolated or (not isinstance(value, Markup) and _runs_from_the_right(text)):
            return Markup("<bdi>{}</bdi>").format(text)
        return text

    return put


def _runs_from_the_right(text: str) -> bool:
    return not text.isascii() and any(unicodedata.bidirectional(c) in ("R", "AL") for c in text)


@cache
def _templates(*, plain: bool) -> Environment:
    templates = Environment(
        loader=PackageLoader("fsm_portal.gateways", "mail_templates"),
        autoescape=not plain,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    templates.filters["initials"] = initials
    return templates


def _tidy(text: str) -> str:
    bare = "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    return _EMPTY_LINES.sub("\n\n", bare) + "\n"


def initials(name: str) -> str:
    """Two letters for the round mark beside a company's name: "Bright Heating Co." gives BH."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def pdfs(*files: tuple[str, bytes | None]) -> tuple[Attachment, ...]:
    """Those of the files, each a name and what is in it, that there are."""
    return tuple(Attachment(name, "application/pdf", data) for name, data in files if data)
