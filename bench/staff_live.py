"""The office on the overview while payments pour in: fifty tabs, twenty webhooks a second.

Every payment is news to all of them. The baseline is that of ``bench/live``: the same signature
checked, the same commit made, then a room told, with nothing read and nobody authorised.
"""

import asyncio

from bench.live import MANY_TOPICS, PER_SECOND, _spells
from bench.live_sides import Served, both_served
from bench.row import Row

DESKS, SPELLS, PAYMENTS = 50, 4, 4


def run() -> list[Row]:
    """About a minute."""
    return asyncio.run(_measured())


async def _measured() -> list[Row]:
    async with both_served(MANY_TOPICS, 1, PAYMENTS, desks=DESKS) as pair:
        for served in pair:
            await served.open_office()
        name = f"{DESKS} tabs of the staff on the overview, {PER_SECOND} webhooks a second"
        return await _spells(pair, Served.webhook_to_office, name, SPELLS)


if __name__ == "__main__":
    for row in run():
        print(f"{row.name:70} {row.ours:>10} {row.baseline:>10} {row.ratio:6.2f}")
