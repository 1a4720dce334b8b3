"""The front end is built when, and only when, something that it is made of has changed."""

import json
from pathlib import Path

import pytest

from fsm_portal import front_end
from fsm_portal.front_end import BuildFailed, current_build, ensure_built, source_hash


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A small project in the form of ours, with nothing built."""
    for file in (
        "fsm_portal/portal/invoice_page.py",
        "fsm_portal/ui/badge.py",
        "fsm_portal/gateways/mail.py",
        "fsm_portal/sandbox/api.py",
        "fsm_portal/fsm_portal.py",
        "assets/fonts/inter.woff2",
        "rxconfig.py",
    ):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(file)
    monkeypatch.setattr(front_end, "ROOT", tmp_path)
    monkeypatch.setattr(front_end, "BUILDS", tmp_path / "builds")
    monkeypatch.setattr(front_end, "CURRENT", tmp_path / "builds" / "current.json")
    monkeypatch.setattr(front_end, "LOG", tmp_path / "builds" / "build.log")
    return tmp_path


@pytest.fixture
def builds(project, monkeypatch) -> list[str]:
    """The source hashes that were built, by a stand-in for the bundler."""
    built: list[str] = []

    def build() -> None:
        built.append(source_hash())
        name = f"build-{len(built)}"
        (front_end.BUILDS / name / "build" / "client").mkdir(parents=True)
        front_end.CURRENT.write_text(json.dumps({"sources": built[-1], "build": name}))

    monkeypatch.setattr(front_end, "_run_build", build)
    return built


@pytest.mark.parametrize(
    "file",
    ["fsm_portal/portal/invoice_page.py", "fsm_portal/ui/badge.py", "assets/fonts/inter.woff2"],
)
def test_a_change_that_a_visitor_could_see_is_built(project, builds, file):
    first = ensure_built()
    (project / file).write_text("changed")
    assert current_build() is None
    assert ensure_built() != first
    assert len(builds) == 2


@pytest.mark.parametrize("file", ["fsm_portal/gateways/mail.py", "fsm_portal/sandbox/api.py"])
def test_a_change_that_never_reaches_the_browser_is_not(project, builds, file):
    first = ensure_built()
    (project / file).write_text("changed")
    assert ensure_built() == first
    assert len(builds) == 1


def test_a_new_and_a_removed_file_count_as_changes(project):
    before = source_hash()
    (project / "fsm_portal" / "ui" / "card.py").write_text("")
    with_card = source_hash()
    (project / "fsm_portal" / "ui" / "badge.py").unlink()
    assert len({before, with_card, source_hash()}) == 3


def test_a_build_whose_files_are_gone_is_made_again(project, builds):
    build = ensure_built()
    (build / "build" / "client").rmdir()
    ensure_built()
    assert len(builds) == 2


def test_a_half_written_note_counts_as_none(project, builds):
    front_end.BUILDS.mkdir()
    front_end.CURRENT.write_text('{"sources": "abc')
    assert current_build() is None
    ensure_built()
    assert len(builds) == 1


def test_what_changes_while_it_is_built_is_built_again(project, builds, monkeypatch):
    build = front_end._run_build

    def build_while_somebody_saves() -> None:
        build()
        if len(builds) == 1:
            (project / "rxconfig.py").write_text("saved meanwhile")

    monkeypatch.setattr(front_end, "_run_build", build_while_somebody_saves)
    assert ensure_built() == current_build()
    assert len(builds) == 2


def test_a_failed_build_shows_the_end_of_its_log(project, monkeypatch):
    """The project has no `fsm_portal.ui.build`: the real build process fails at once."""
    monkeypatch.delenv("PYTHONPATH", raising=False)
    with pytest.raises(BuildFailed, match=r"building the front end failed[\s\S]*No module named"):
        ensure_built()
