"""In development, too, a visitor sees one address."""

import importlib
import json
import pkgutil
import re

import pytest
from starlette.routing import Route

from fsm_portal import routes
from fsm_portal.ui.dev_proxy import PLAIN_PREFIXES, with_proxy

VITE_CONFIG = "export default {\n  server: {\n    port: process.env.PORT,\n  },\n}\n"


def _plain_paths() -> list[str]:
    """Every path that fsm_portal/routes answers, whichever module it is in."""
    found = []
    for module in pkgutil.iter_modules(routes.__path__):
        plain = getattr(importlib.import_module(f"fsm_portal.routes.{module.name}"), "routes", [])
        found += [route.path for route in plain if isinstance(route, Route)]
    return found


def _proxied(vite_config: str) -> dict[str, dict[str, object]]:
    found = re.search(r"^    proxy: (.*),$", vite_config, re.MULTILINE)
    assert found is not None
    return json.loads(found.group(1))


def test_vite_passes_every_plain_route_on():
    paths = _plain_paths()
    assert "/readyz" in paths
    rules = _proxied(with_proxy(VITE_CONFIG))
    for path in paths:
        assert any(
            re.search(rule, path) if rule.startswith("^") else path.startswith(rule)
            for rule in rules
        ), f"{path} would not work under bin/dev: add it to PLAIN_PREFIXES"


def test_pages_stay_with_vite():
    rules = _proxied(with_proxy(VITE_CONFIG))
    for page in ("/portal/", "/dashboard/invoices/", "/@vite/client", "/node_modules/x.js"):
        assert not any(page.startswith(prefix) for prefix in PLAIN_PREFIXES)
        assert not any(re.search(rule, page) for rule in rules if rule.startswith("^"))


def test_a_configuration_without_a_server_section_is_noticed():
    with pytest.raises(ValueError, match="no server section"):
        with_proxy("export default {}")
