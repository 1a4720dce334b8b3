"""What an installation's settings may be, said at the start and not at the first sign-in."""

import pytest
from pydantic import ValidationError

from fsm_portal.config import Settings


def settings_with(variables_of_process, /, **variables: str) -> Settings:
    for name, value in variables.items():
        variables_of_process.setenv(f"FSM_{name.upper()}", value)
    return Settings()


@pytest.mark.parametrize("key", ["", "short", "k" * 31])
def test_a_short_secret_key_stops_the_start_and_says_what_to_do(environment, key):
    with pytest.raises(ValidationError, match=r"needs at least 32.*openssl rand -hex 32"):
        settings_with(environment, secret_key=key)


def test_the_complaint_about_a_secret_key_does_not_print_it(environment):
    """Case 48."""
    with pytest.raises(ValidationError) as refused:
        settings_with(environment, secret_key="canary-of-a-key")
    assert "canary" not in str(refused.value)


def test_a_secret_key_is_measured_in_bytes(environment):
    assert settings_with(environment, secret_key="ü" * 16).secret_key.get_secret_value() == "ü" * 16


def test_production_wants_a_key_of_its_own_and_https(environment):
    with pytest.raises(ValidationError, match="FSM_SECRET_KEY must be set"):
        settings_with(environment, environment="production", base_url="https://pay.example")
    with pytest.raises(ValidationError, match="FSM_BASE_URL must begin with https://"):
        settings_with(
            environment,
            environment="production",
            base_url="http://pay.example",
            secret_key="k" * 32,
        )
