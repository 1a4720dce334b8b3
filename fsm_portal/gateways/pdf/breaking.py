"""Where a line may be broken in scripts that have no spaces between words.

Chinese and Japanese break between any two characters but for those that may not begin or end a line
(JIS X 4051, GB/T 15834; what they have in common). Thai breaks between words, which a small trained
model finds (BudouX). Lao, Khmer and Burmese break between syllables as written. Korean breaks at
its spaces.
"""

from functools import cache

import budoux

from fsm_portal.gateways.pdf.clusters import clusters

_NEVER_FIRST = frozenset(
    "、。，．,.:;!?)]}%°…‥・ー々〻ゝゞヽヾ」』】〉》〕〗〙）］｝！？：；％℃〜～゠–’”»›"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿๆฯ"
)
_NEVER_LAST = frozenset("([{「『【〈《〔〖〘（［｛‘“«‹$¥￥£€＄＃#")

# First and last character of what breaks anywhere: Chinese, Japanese, and their punctuation.
_ANYWHERE = (
    *((0x2E80, 0x2FDF), (0x3000, 0x30FF), (0x3190, 0x4DBF), (0x4E00, 0x9FFF)),
    *((0xF900, 0xFAFF), (0xFE30, 0xFE4F), (0xFF00, 0xFF60), (0xFFE0, 0xFFE6)),
    *((0x20000, 0x323AF), (0x0E80, 0x0EFF), (0x1780, 0x17FF), (0x1000, 0x109F)),
)
_THAI = (0x0E00, 0x0E7F)


def pieces(word: str) -> list[str]:
    """``word``, which has no spaces, in pieces between which a line may end."""
    kinds: list[tuple[str, str]] = []
    for cluster in clusters(word):
        kind = _kind(ord(cluster[0]))
        if kinds and kinds[-1][0] == kind and kind != "anywhere":
            kinds[-1] = (kind, kinds[-1][1] + cluster)
        else:
            kinds.append((kind, cluster))
    found: list[str] = []
    for kind, text in kinds:
        for piece in _thai_words(text) if kind == "thai" else [text]:
            if found and (piece[0] in _NEVER_FIRST or found[-1][-1] in _NEVER_LAST):
                found[-1] += piece
            else:
                found.append(piece)
    return found


def _kind(code: int) -> str:
    if _THAI[0] <= code <= _THAI[1]:
        return "thai"
    return "anywhere" if any(first <= code <= last for first, last in _ANYWHERE) else "word"


def _thai_words(text: str) -> list[str]:
    """The model's words, none of which begins within a letter."""
    found: list[str] = []
    for word in _model().parse(text):
        if found and not _begins_anew(found[-1], word):
            found[-1] += word
        else:
            found.append(word)
    return found


def _begins_anew(before: str, word: str) -> bool:
    """Whether ``word`` begins where a letter does."""
    return len(clusters(before + word)) == len(clusters(before)) + len(clusters(word))


@cache
def _model() -> budoux.Parser:
    return budoux.load_default_thai_parser()
