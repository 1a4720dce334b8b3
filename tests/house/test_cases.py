"""docs/cases.md says which tests hold which case: the tests are there, and no case is left out."""

import ast
import re
from functools import cache

from fsm_portal.front_end import ROOT

CASES = range(1, 52)
_TEST = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")


def rows() -> dict[int, tuple[str, str]]:
    """The tests and the remark of each case, as they are written."""
    found: dict[int, tuple[str, str]] = {}
    for line in (ROOT / "docs" / "cases.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 4 and cells[0].isdigit():
            assert int(cells[0]) not in found, f"case {cells[0]} has two rows"
            found[int(cells[0])] = (cells[2], cells[3])
    return found


@cache
def functions_in(file: str) -> frozenset[str]:
    path = ROOT / "tests" / file
    assert path.exists(), f"docs/cases.md names {file}, which is not there"
    tree = ast.walk(ast.parse(path.read_text()))
    return frozenset(node.name for node in tree if isinstance(node, ast.FunctionDef))


def test_every_case_has_its_tests_or_a_reason():
    cases = rows()
    assert list(cases) == list(CASES)
    assert [number for number, (tests, why) in cases.items() if not tests and not why] == []


def test_every_test_that_is_named_is_there():
    named = _TEST.findall((ROOT / "docs" / "cases.md").read_text())
    assert len(named) > len(CASES)
    gone = [f"{file}::{name}" for file, name in named if name and name not in functions_in(file)]
    assert gone == []
