"""A line of text in several scripts, as runs to be drawn from left to right.

Only for what the document's own face cannot draw by itself: Arabic and Hebrew are put into the
order in which they are seen (UAX 9), every run gets the face that has its letters, and HarfBuzz
joins and stacks them.
"""

from dataclasses import dataclass
from functools import lru_cache

from fpdf.bidi import BidiParagraph

from fsm_portal.gateways.languages import Direction
from fsm_portal.gateways.pdf.clusters import SILENT, clusters
from fsm_portal.gateways.pdf.face import TABULAR, face
from fsm_portal.gateways.pdf.script_face import Letter, Weight, script_face
from fsm_portal.gateways.pdf.typefaces import FILES, faces_for, han_face
from fsm_portal.gateways.pdf.wording import MARKS, runs_from_right

OWN = ""  # the name of the document's own face
_FIGURES = {private: digit for digit, private in TABULAR.items()}
# Scripts whose words are written with spaces: these keep the space that goes with them.
_JOINED = frozenset(name for name, (package, _) in FILES.items() if package == "manimgx_fonts") - {
    "NotoEmoji",
    "NotoSans",
    "NotoSansSymbols",
}
_UNMARKED = dict.fromkeys(map(ord, MARKS), None)
# What is turned around where it is read from the right (BidiMirroring.txt, of what our face has).
_TURNED = str.maketrans("()[]{}<>«»‹›≤≥", ")(][}{><»«›‹≥≤")


@dataclass(frozen=True, slots=True)
class Run:
    """One stretch of one face. ``text`` is in the order in which it is drawn for our own face, and
    as it was typed for another, whose ``letters`` are drawn. ``width`` in thousandths."""

    face: str
    text: str
    width: int
    direction: Direction = "ltr"
    letters: tuple[Letter, ...] = ()


@dataclass(frozen=True, slots=True)
class Layout:
    runs: tuple[Run, ...]
    width: int


def width_of(text: str, weight: Weight) -> int:
    """Thousandths of the size that ``text`` takes. Chinese characters are of one width in every
    face, so the reader's language does not matter."""
    return lay_out(text, weight).width


@lru_cache(maxsize=4096)
def lay_out(text: str, weight: Weight, language: str = "") -> Layout:
    """``text``, cleaned, as runs from left to right. ``language`` is the reader's."""
    han = han_face(language, text)
    runs: list[Run] = []
    for part, direction in _by_direction(text):
        seen = [_run(name, each, direction, weight) for name, each in _by_face(part, han)]
        runs += reversed(seen) if direction == "rtl" else seen
    return Layout(tuple(runs), sum(run.width for run in runs))


def _by_direction(text: str) -> list[tuple[str, Direction]]:
    """Parts from left to right; the text of each as it was typed."""
    if not runs_from_right(text):
        return [(text.translate(_UNMARKED), "ltr")]
    # Our figures of equal width are figures to whoever reads them.
    seen = BidiParagraph(text.translate(_FIGURES)).get_reordered_characters()
    parts: list[tuple[list[int], Direction]] = []
    for each in seen:
        index = each.character_index
        direction: Direction = "rtl" if each.embedding_level % 2 else "ltr"
        if text[index] in MARKS:
            continue
        if parts and parts[-1][1] == direction:
            parts[-1][0].append(index)
        else:
            parts.append(([index], direction))
    return [("".join(text[index] for index in sorted(part)), way) for part, way in parts]


def _by_face(text: str, han: str) -> list[tuple[str, str]]:
    """(name of face, text) in the order of ``text``; a space stays with the letters around it."""
    named = [piece for cluster in clusters(text) for piece in _pieces(cluster, han)]
    parts: list[list[str]] = []
    for index, (name, cluster) in enumerate(named):
        if cluster == " " and parts and parts[-1][0] in _JOINED and index + 1 < len(named):
            before = parts[-1][0]
            name = before if named[index + 1][0] == before else name
        if parts and parts[-1][0] == name:
            parts[-1][1] += cluster
        else:
            parts.append([name, cluster])
    return [(name, part) for name, part in parts]


@lru_cache(maxsize=8192)
def _pieces(cluster: str, han: str) -> tuple[tuple[str, str], ...]:
    """The face of ``cluster``, or of each part of it where no face has them all."""
    name = _face_of(cluster, han)
    if name is not None:
        return ((name, cluster),)
    return tuple((_face_of(each, han) or OWN, each) for each in cluster if each not in SILENT)


def _face_of(cluster: str, han: str) -> str | None:
    """The first face that has all of ``cluster``."""
    own = face("Regular").glyphs
    heard = [each for each in cluster if each not in SILENT]
    foreign = [each for each in heard if each not in own]
    if not foreign:
        return OWN
    for name in faces_for(foreign[0], han):
        if script_face(name, "Regular").characters.issuperset(heard):
            return name
    return None


@lru_cache(maxsize=8192)
def has_a_face(character: str) -> bool:
    """Whether any face can draw ``character``."""
    return _face_of(character, "") is not None


def _run(name: str, text: str, direction: Direction, weight: Weight) -> Run:
    if name == OWN:
        text = "".join(each for each in text if each not in SILENT)
        if direction == "rtl":
            text = "".join(reversed(clusters(text))).translate(_TURNED)
        return Run(OWN, text, face(weight).width(text), direction)
    letters = script_face(name, weight).shape(text, direction)
    return Run(name, text, sum(letter.advance for letter in letters), direction, letters)
