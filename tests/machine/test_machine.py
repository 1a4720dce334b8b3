"""Everything at once, by a seed: people, Stripe, networks and machines; in the end all proves.

Invariants A to K, and the ledger's ``stripe`` is Stripe's balance. A few hundred steps by default;
docs/proof.md says how to run more, and the line under a failure how to run that one again.
"""

import os
import random
import time

import pytest

from fsm_portal.db import unit_of_work
from fsm_portal.domain.company import Company
from fsm_portal.domain.role import Role
from tests import cast
from tests.flows.conftest import customer_identity, staff_identity
from tests.machine.machine import report, run, summary, tell
from tests.machine.world import World

STEPS = int(os.environ.get("MACHINE_STEPS", "0"))
SEED = int(os.environ.get("MACHINE_SEED", "0"))
# One database does not grow beyond what a proof between the steps can look through quickly.
STEPS_A_SEED = 400


def rounds(first: int) -> list[tuple[int, int]]:
    """(seed, steps) of each world."""
    if SEED:
        return [(SEED, STEPS or STEPS_A_SEED)]
    if not STEPS:
        return [(first, 150)]
    worlds = -(-STEPS // STEPS_A_SEED)
    return [(first + number, STEPS_A_SEED) for number in range(worlds)]


@pytest.mark.sqlite
@pytest.mark.parametrize(("seed", "steps"), rounds(1))
def test_a_world_on_sqlite(database, world_of, seed, steps):
    played(world_of(seed), seed, steps, "sqlite")


@pytest.mark.parametrize(("seed", "steps"), rounds(100_001))
def test_a_world_on_postgresql(postgres_database, world_of, seed, steps):
    played(world_of(seed), seed, steps, "postgresql")


@pytest.fixture
def world_of(stripe, sandbox, company, dana, northwind, owner, monkeypatch, post, quick_retries):
    """``world_of(seed)``: Bright Heating with two customers, its Stripe account and the post."""

    def make(seed: int) -> World:
        with unit_of_work() as session:
            session.get_one(Company, company.id).partial_payments = True
        return World(
            random.Random(seed),
            stripe,
            sandbox,
            company,
            [(each, customer_identity(each)) for each in (dana, northwind)],
            owner,
            staff_identity(
                cast.save(
                    cast.maya(
                        company,
                        name="Ines Duarte",
                        email="ines@brightheating.example",
                        role=Role.OFFICE,
                    )
                )
            ),
            monkeypatch,
        )

    yield make
    sandbox.heal()


def played(world: World, seed: int, steps: int, engine: str) -> None:
    log: list[str] = []
    began = time.perf_counter()
    try:
        run(world, steps, log)
    except BaseException:
        report(tell(seed, steps, engine, log))
        raise
    if STEPS:
        report(f"seed {seed}: {steps} steps in {time.perf_counter() - began:.1f} s: {summary(log)}")
