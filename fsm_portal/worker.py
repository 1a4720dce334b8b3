"""Drains the outbox and runs the schedule, inside the app or as a process of its own."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import AsyncIterator
from datetime import timedelta

from fsm_portal import live
from fsm_portal.config import settings
from fsm_portal.db import refresh_statistics, unit_of_work
from fsm_portal.flows.bounced.read_box import read_bounces
from fsm_portal.flows.mailing.mailers import hang_up
from fsm_portal.flows.prune import Pruned, prune
from fsm_portal.flows.reminding.round import remind_everybody
from fsm_portal.flows.schedule_keeper import ScheduleKeeper
from fsm_portal.flows.sweeping import Swept, sweep
from fsm_portal.flows.work_outbox import Lane, work_lane
from fsm_portal.gateways.bounce_box import BoxUnavailable
from fsm_portal.gateways.stripe_client import StripeUnavailable

log = logging.getLogger(__name__)

# How soon freshly queued work is seen. A look at an empty outbox is one indexed query.
PAUSE_SECONDS = 0.5
PAUSE_AFTER_ERROR_SECONDS = 5.0
SWEEP_EVERY = timedelta(minutes=5)
SHORTEST_PAUSE_SECONDS = 1.0
PRUNE_EVERY = timedelta(days=1)


def work(stop: threading.Event) -> None:
    """Work until ``stop`` is set; whatever is in hand then is finished first."""
    keeper = threading.Thread(target=_keep_schedule, args=(stop,), name="schedule", daemon=True)
    keeper.start()
    # Beside each other: a mail server that is silent delays no fees, a silent Stripe no mail.
    mailers = [
        threading.Thread(target=_mail, args=(stop,), name=f"mail-{number}", daemon=True)
        for number in range(settings().mail_threads)
    ]
    for mailer in mailers:
        mailer.start()
    _drain(stop, Lane.OTHER)
    for mailer in mailers:
        mailer.join()


def _mail(stop: threading.Event) -> None:
    try:
        _drain(stop, Lane.MAIL)
    finally:
        hang_up()


def _drain(stop: threading.Event, lane: Lane) -> None:
    while not stop.is_set():
        try:
            for topics in work_lane(lane, stop.is_set):
                if topics:
                    live.ring(topics)
        except Exception:
            # A database that is locked or away: the work is still there when it is back.
            log.exception("the outbox cannot be read")
            stop.wait(PAUSE_AFTER_ERROR_SECONDS)
            continue
        if lane is Lane.MAIL:
            # The server need not wait for whatever comes next.
            hang_up()
        stop.wait(PAUSE_SECONDS)


@contextlib.asynccontextmanager
async def beside_the_app() -> AsyncIterator[None]:
    """Work in a thread of the web process for as long as it serves."""
    stop = threading.Event()
    thread = threading.Thread(target=work, args=(stop,), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        await asyncio.to_thread(thread.join, 5)


def _keep_schedule(stop: threading.Event) -> None:
    """Reminders, the sweep and the prune, in one of all processes; the others stand by."""
    keeper = ScheduleKeeper()
    pruned: float | None = None
    while not stop.is_set():
        started = time.monotonic()
        try:
            ours = keeper.holds()
        except Exception:
            log.exception("it cannot be told who keeps the schedule")
            ours = False
        if ours:
            _remind(stop)
            _read_bounces()
            _sweep()
            if pruned is None or started - pruned >= PRUNE_EVERY.total_seconds():
                pruned = started
                _prune(stop)
                _count_rows()
        stop.wait(
            max(SHORTEST_PAUSE_SECONDS, SWEEP_EVERY.total_seconds() - (time.monotonic() - started))
        )
    keeper.let_go()


def _remind(stop: threading.Event) -> None:
    try:
        reminded = remind_everybody(stop.is_set)
    except Exception:
        log.exception("reminders could not be put in the post")
    else:
        if reminded.count:
            log.info("put %d reminders in the post", reminded.count)
            live.ring(reminded.topics)


def _read_bounces() -> None:
    try:
        topics = read_bounces()
    except BoxUnavailable as error:
        log.warning("%s", error)
    except Exception:
        log.exception("the mailbox for bounces could not be read")
    else:
        if topics:
            live.ring(topics)


def _sweep() -> None:
    try:
        sweep(progress=_ring)
    except StripeUnavailable as error:
        log.warning("the sweep could not ask Stripe: %s", error)
    except Exception:
        log.exception("the sweep failed")


def _prune(stop: threading.Event) -> None:
    try:
        gone = prune(stop.is_set)
    except Exception:
        log.exception("the prune failed")
    else:
        if gone != Pruned():
            log.info("%s", gone)


def _count_rows() -> None:
    try:
        with unit_of_work() as session:
            refresh_statistics(session)
    except Exception:
        log.exception("the database could not count its rows")


def _ring(swept: Swept) -> None:
    if swept.missed or swept.posted or swept.attempts or swept.elsewhere or swept.judged:
        log.info("sweep of %s: %s", swept.company_name, swept)
    if swept.topics:
        live.ring(swept.topics)
