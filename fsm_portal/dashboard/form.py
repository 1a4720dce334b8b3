"""What a form's ``on_submit`` brings: anything at all, whoever sends it."""

from collections.abc import Iterable


def typed(form: object, names: Iterable[str], longest: int = 400) -> dict[str, str]:
    """The texts of the fields of these ``names``; empty where one is missing.

    A box that is ticked says "on". Longer than anything that can be kept is ``longest``: what is
    cut off there would be refused anyway.
    """
    given = form if isinstance(form, dict) else {}
    texts = {}
    for name in names:
        value = "on" if given.get(name) is True else given.get(name)
        texts[name] = value[:longest] if isinstance(value, str) else ""
    return texts


def text(form: object, name: str, longest: int = 400) -> str:
    """The same of one field."""
    return typed(form, (name,), longest)[name]
