"""The sandbox ends when it is told to, whatever happens at that moment."""

import asyncio

import pytest

from fsm_portal.sandbox.deliveries import Deliveries
from fsm_portal.sandbox.faults import Faults
from fsm_portal.sandbox.record import Record
from fsm_portal.sandbox.store import Store


@pytest.mark.parametrize("turns", range(4))
def test_a_delivery_that_is_done_at_that_moment_does_not_keep_it_going(tmp_path, turns):
    """The loop is woken and told to end ``turns`` turns of the event loop apart."""

    async def ends() -> bool:
        store = Store(tmp_path / "stripe.sqlite3")
        deliveries = Deliveries(store, "acct_platform", Faults(store), Record(None))
        running = asyncio.create_task(deliveries.run())
        await asyncio.sleep(0.05)
        deliveries.wake()
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.wait([running], timeout=2)
        ended = running.cancelled()
        running.cancel()
        await asyncio.wait([running], timeout=2)
        store.close()
        return ended

    assert asyncio.run(ends())
