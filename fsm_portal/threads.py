"""The threads of the web process: database work and outside calls never run on the event loop.

Three pools, so that who waits for one thing does not hold up another. asyncio's own pool would
have six threads on two cores, and six customers whose payment page is slow to open would stop
every page.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

# What `asyncio.to_thread` uses: reads and short units of work.
_PAGES = 32
# Calls that wait for Stripe, up to a minute each when Stripe is ill.
_stripe = ThreadPoolExecutor(16, "stripe")
# Webhooks: a burst that waits for a locked database waits here.
_webhooks = ThreadPoolExecutor(8, "webhook")


async def at_stripe(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``call``, which asks Stripe, in a thread kept for that."""
    return await _run(_stripe, lambda: call(*args, **kwargs))


async def for_webhook(call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run ``call``, which records a webhook, in a thread kept for that."""
    return await _run(_webhooks, lambda: call(*args, **kwargs))


@asynccontextmanager
async def enough_for_pages() -> AsyncIterator[None]:
    """Give ``asyncio.to_thread`` enough threads, for as long as the app serves."""
    pool = ThreadPoolExecutor(_PAGES, "page")
    asyncio.get_running_loop().set_default_executor(pool)
    yield


async def _run(pool: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    # As `asyncio.to_thread` does it: the thread works within the company that the task works in.
    return await asyncio.get_running_loop().run_in_executor(pool, copy_context().run, call)
