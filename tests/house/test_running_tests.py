"""bin/test: many files are run by several processes, what somebody looks at closely by one."""

import pytest

from fsm_portal.front_end import ROOT


@pytest.fixture
def processes(monkeypatch):
    """The options that bin/test adds to the arguments it was given."""
    monkeypatch.syspath_prepend(str(ROOT / "bin" / "lib"))
    import run_tests

    return run_tests._processes


@pytest.mark.parametrize(
    "arguments",
    [
        ["tests/demo"],
        ["tests/machine"],
        ["tests/flows/invoicing/test_send.py"],
        ["tests/flows/invoicing/test_send.py::test_a_draft", "-x"],
        ["-k", "refund"],
        ["tests/flows", "-krefund"],
        ["tests/machine", "-s"],
        ["-xvs"],
        ["--pdb"],
        ["--lf"],
        ["--collect-only"],
        ["-n", "0"],
        ["-n4"],
        ["--numprocesses=4"],
    ],
    ids=" ".join,
)
def test_a_choice_is_run_by_one_process_or_as_it_says(processes, arguments):
    assert processes(arguments) == []


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["tests/flows"],
        ["tests/domain", "tests/sandbox"],
        ["tests/", "-x"],
        ["--postgres"],
        ["--durations=9"],
        ["-rs", "-q"],
    ],
    ids=" ".join,
)
def test_rooms_are_run_by_more_than_one(processes, arguments):
    added = processes(arguments)
    assert int(added[added.index("-n") + 1]) > 1
    assert added[added.index("--dist") + 1] == "loadfile"
