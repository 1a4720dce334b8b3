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


@cache
def the_portal() -> rx.App:
    """The app of fsm_portal/fsm_portal.py. Its States are its own: see tests/fake_browser.py."""
    context = RegistrationContext.set(RegistrationContext.ensure_context().fork())
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
            RegistrationContext.reset(context)
    return app
