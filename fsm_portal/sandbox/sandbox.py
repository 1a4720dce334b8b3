"""One running sandbox: its settings, its memory, its timed tasks and its webhook deliveries."""

import asyncio

from fsm_portal.sandbox import clock
from fsm_portal.sandbox.deliveries import Deliveries
from fsm_portal.sandbox.faults import Faults
from fsm_portal.sandbox.record import Record
from fsm_portal.sandbox.schedule import Schedule
from fsm_portal.sandbox.settings import Settings
from fsm_portal.sandbox.store import Json, Store


class Sandbox:
    """Everything that verbs reach through ``Call.sandbox``."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.data / "stripe-sandbox.sqlite3")
        clock.set_ahead(self.store.state("clock_ahead") or 0.0)
        self.schedule = Schedule(self)
        self.faults = Faults(self.store)
        self.record = Record(settings.record)
        self.deliveries = Deliveries(self.store, settings.platform, self.faults, self.record)
        # Seconds that every API request takes, to feel the network that is not there.
        self.api_latency = 0.0

    @property
    def application(self) -> Json:
        """The platform as Stripe shows it to the accounts that it works with."""
        return {
            "id": self.settings.application,
            "object": "application",
            "name": "Sandbox platform",
        }

    async def latency(self) -> None:
        """Wait as long as a far-away server would."""
        if self.api_latency:
            await asyncio.sleep(self.api_latency)

    async def run(self) -> None:
        """Timed tasks and deliveries, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.schedule.run())
            tasks.create_task(self.deliveries.run())
