"""The portal itself, put together once for a whole test run: ``serve(the_portal())``.

It is imported as bin/demo runs it, with the settings of a plain installation whatever the
developer's own are, and without the worker: what is queued stays queued.
"""

import os
from functools import cache

import pytest
import reflex as rx
from reflex_base.registry import RegistrationContext

from fsm_portal.config import Settings, settings

# Reflex keeps one list of States for a process. Other tests bring some that the product has not.
_NOT_THE_PRODUCT = ("tests.", "bench.", "fsm_portal.ui.gallery.")


@cache
def the_portal() -> rx.App:
    """The app of fsm_portal/fsm_portal.py."""
    context = RegistrationContext.ensure_context().fork()
    _leave_out_foreign_states(context)
    token = RegistrationContext.set(context)
    with pytest.MonkeyPatch.context() as plain:
        for name in [name for name in os.environ if name.startswith("FSM_")]:
            plain.delenv(name)
        plain.setitem(Settings.model_config, "env_file", None)
        plain.setenv("REFLEX_ENV_MODE", "prod")  # bin/dev adds a gallery
        plain.setenv("FSM_WORKER_IN_APP", "false")
        settings.cache_clear()
        try:
            from fsm_portal.fsm_portal import app
        finally:
            settings.cache_clear()
            RegistrationContext.reset(token)
    return app


def _leave_out_foreign_states(context: RegistrationContext) -> None:
    for name, state in list(context.base_states.items()):
        if not state.__module__.startswith(_NOT_THE_PRODUCT):
            continue
        del context.base_states[name]
        if (parent := state.get_parent_state()) is not None:
            context.get_substates(parent).discard(state)
        for handler, registered in list(context.event_handlers.items()):
            if registered.states == (state,):
                del context.event_handlers[handler]
