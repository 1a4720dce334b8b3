"""Rings between worker processes: topic names over Redis, and nothing else."""

import asyncio
import json
import logging
from collections.abc import Callable, Coroutine, Iterable
from functools import cache
from typing import Any
from uuid import uuid4

import redis
import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from fsm_portal.config import settings
from fsm_portal.live.hub import EVERYTHING

log = logging.getLogger(__name__)

# More distinct topics than this waiting to be told are told as "everything".
MOST_WAITING = 10_000
RETRY_SECONDS = 1.0
# A connection that says nothing for so long is asked whether it is still there.
PING_SECONDS = 10.0


def channel() -> str:
    """Redis channels are shared by all its databases: name the installation."""
    return f"fsm-portal:live:{settings().base_url}"


class Bus:
    """Tells the other workers what was rung here, and rings here what they tell.

    Redis may go away and come back at any time. What is rung meanwhile is told later, and what
    the others rang meanwhile was missed: so whenever the subscription stands anew, everything
    is rung here once.
    """

    def __init__(self, url: str, heard: Callable[[Iterable[str]], None]) -> None:
        self._url = url
        self._heard = heard
        self._me = uuid4().hex
        self._waiting: set[str] = set()
        self._wake = asyncio.Event()

    def tell(self, topics: Iterable[str]) -> None:
        """Have ``topics`` told to the other workers. Call on the event loop."""
        self._waiting.update(topics)
        if len(self._waiting) > MOST_WAITING:
            self._waiting = {EVERYTHING}
        self._wake.set()

    def jobs(self) -> list[Coroutine[Any, Any, None]]:
        """The two endless tasks to run beside the hub."""
        return [self._talk(), self._listen()]

    async def _talk(self) -> None:
        async with _client(self._url) as client:
            while True:
                await self._wake.wait()
                self._wake.clear()
                telling, self._waiting = self._waiting, set()
                try:
                    await client.publish(channel(), _message(self._me, telling))
                except (RedisError, OSError) as error:
                    log.warning("live push cannot tell other workers: %s", type(error).__name__)
                    self.tell(telling)
                    await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        while True:
            try:
                async with _client(self._url) as client, client.pubsub() as subscription:
                    await subscription.subscribe(channel())
                    while True:
                        message = await subscription.get_message(timeout=PING_SECONDS)
                        if message is None:
                            continue
                        if message["type"] == "subscribe":
                            self._heard({EVERYTHING})
                        elif message["type"] == "message":
                            self._heard(_topics(message["data"], besides=self._me))
            except (RedisError, OSError) as error:
                log.warning("live push cannot hear other workers: %s", type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS)


def tell_once(url: str, topics: Iterable[str]) -> None:
    """Tell the workers from a process that serves no app. Logs where Redis is away."""
    try:
        _blocking_client(url).publish(channel(), _message(uuid4().hex, topics))
    except (RedisError, OSError) as error:
        log.warning("open pages learn of a change late: %s", type(error).__name__)


def _client(url: str) -> redis.asyncio.Redis:
    """Tries once: the tasks above try again themselves, sooner than the library's ten seconds."""
    return redis.asyncio.Redis.from_url(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_connect_timeout=2,
        socket_keepalive=True,
        health_check_interval=int(PING_SECONDS),
    )


@cache
def _blocking_client(url: str) -> redis.Redis:
    return redis.Redis.from_url(url, socket_connect_timeout=1, socket_timeout=1)


def _message(sender: str, topics: Iterable[str]) -> str:
    return json.dumps([sender, sorted(topics)])


def _topics(data: bytes, besides: str) -> list[str]:
    try:
        sender, topics = json.loads(data)
        named = [topic for topic in topics if isinstance(topic, str)]
    except (ValueError, TypeError):
        log.warning("a message on the live channel is not ours")
        return []
    return [] if sender == besides else named
