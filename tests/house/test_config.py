"""What an installation's settings may be, said at the start and not at the first sign-in."""

from pathlib import Path

import pytest

from fsm_portal.config import Settings, WrongSettings, settings, unknown_variables
from fsm_portal.setting_values import ROOT


def settings_with(variables_of_process, /, **variables: str) -> Settings:
    for name, value in variables.items():
        variables_of_process.setenv(f"FSM_{name.upper()}", value)
    settings.cache_clear()
    return settings()


@pytest.mark.parametrize("key", ["", "short", "k" * 31])
def test_a_short_secret_key_stops_the_start_and_says_what_to_do(environment, key):
    with pytest.raises(WrongSettings, match=r"at least 32 bytes.*openssl rand -hex 32"):
        settings_with(environment, secret_key=key)


def test_a_secret_key_is_measured_in_bytes(environment):
    assert settings_with(environment, secret_key="ü" * 16).secret_key.get_secret_value() == "ü" * 16


def test_production_wants_a_key_of_its_own_and_https(environment):
    with pytest.raises(WrongSettings) as refused:
        settings_with(environment, environment="production", base_url="http://pay.example")
    key, address = str(refused.value).splitlines()
    assert key.startswith("FSM_SECRET_KEY must be set in production")
    assert address.startswith("FSM_BASE_URL must begin with https://")


WRONG = {
    "ENVIRONMENT": ("staging", "'demo', 'development' or 'production'"),
    "BASE_URL": ("pay.example", "https://pay.example.com"),
    "DATABASE_URL": ("mysql://canary@db/portal", "postgresql://user:password@host:5432/name"),
    "REDIS_URL": ("canary:6379", "redis://host:6379/0"),
    "TRUSTED_PROXIES": ("proxy.canary", "127.0.0.1, 10.0.0.0/8"),
    "SECRET_KEY": ("canary", "at least 32 bytes"),
    "STRIPE_SECRET_KEY": ("pk_test_canary", "sk_test_…"),
    "STRIPE_API_BASE": ("canary", "http"),
    "STRIPE_WEBHOOK_SECRET": ("canary", "whsec_…"),
    "STRIPE_CONNECT": ("maybe", "true or false"),
    "PLATFORM_FEE_BPS": ("1.5%", "a whole number"),
    "SMTP_PORT": ("99999", "at most 65535"),
    "SMTP_SECURITY": ("ssl", "'none', 'starttls' or 'tls'"),
    "MAIL_FROM": ("Canary <billing@canary.example>", "billing@example.com"),
    "LOG_LEVEL": ("loud", "'INFO'"),
    "SESSION_DAYS": ("0", "at least 1"),
    # Stripe's events can be swept for 30 days: what came once must be known that long.
    "KEEP_EVENT_DAYS": ("30", "at least 35"),
}


def test_every_wrong_setting_has_a_line_that_names_it_and_says_what_is_right(environment):
    """Case 48: and none prints its value, which may be a secret."""
    for name, (value, _) in WRONG.items():
        environment.setenv(f"FSM_{name}", value)
    settings.cache_clear()
    with pytest.raises(WrongSettings) as refused:
        settings()
    lines = dict(line.split(" is wrong ", 1) for line in str(refused.value).splitlines())
    assert set(lines) == {f"FSM_{name}" for name in WRONG}
    for name, (_, right) in WRONG.items():
        purpose, said = lines[f"FSM_{name}"].split("It has to be: ")
        assert Settings.model_fields[name.lower()].description in purpose
        assert right in said
    assert "canary" not in str(refused.value).lower()


@pytest.mark.parametrize(
    "url",
    ["postgresql://db", "postgresql://portal@db:54x/portal", "sqlite://", "portal.sqlite3"],
)
def test_an_address_that_names_no_database_is_refused(environment, url):
    with pytest.raises(WrongSettings, match=r"FSM_DATABASE_URL.*(postgresql|sqlite):///?"):
        settings_with(environment, database_url=url)


@pytest.mark.parametrize(
    ("given", "kept"),
    [("https://pay.example/", "https://pay.example"), ("http://[::1]:8000", "http://[::1]:8000")],
)
def test_paths_can_be_put_behind_the_base_url(environment, given, kept):
    assert settings_with(environment, base_url=given).base_url == kept
    with pytest.raises(WrongSettings, match="an address without a path"):
        settings_with(environment, base_url=f"{given.rstrip('/')}/portal")


def test_relative_paths_are_of_the_project_wherever_one_stands(environment, tmp_path):
    environment.chdir(tmp_path)
    environment.delenv("FSM_DATA_DIR")
    assert settings_with(environment).data_dir == ROOT / "data"
    assert settings_with(environment, data_dir="elsewhere").data_dir == ROOT / "elsewhere"
    assert settings_with(environment, data_dir=str(tmp_path)).data_dir == tmp_path
    for given, file in (("books.db", ROOT / "books.db"), ("/srv/books.db", "/srv/books.db")):
        changed = settings_with(environment, database_url=f"sqlite:///{given}")
        assert changed.database == f"sqlite:///{file}"


def test_an_installation_keeps_its_data_apart_from_the_demos(environment):
    environment.delenv("FSM_DATA_DIR")
    from fsm_portal.demo.options import parse

    assert settings_with(environment).data_dir != parse("demo", []).data
    assert "/data/" in (ROOT / ".gitignore").read_text().splitlines()


def test_the_env_file_is_the_projects_own():
    assert Settings.model_config["env_file"] == ROOT / ".env"


def test_the_env_file_is_read(environment, tmp_path):
    file = tmp_path / "settings"
    file.write_text("FSM_SESSION_DAYS=7\nOTHER=1\n")
    environment.setitem(Settings.model_config, "env_file", file)
    assert settings_with(environment).session_days == 7


def test_a_slip_of_the_pen_is_pointed_out(environment):
    environment.setenv("FSM_SESION_DAYS", "7")
    environment.setenv("FSM_COLOUR", "blue")
    assert unknown_variables() == [
        "FSM_COLOUR is no setting and is not used.",
        "FSM_SESION_DAYS is no setting: did you mean FSM_SESSION_DAYS?",
    ]


def test_every_setting_is_in_the_table_for_those_who_run_it():
    table = (Path(ROOT) / "docs" / "running.md").read_text()
    missing = [name for name in Settings.model_fields if f"`FSM_{name.upper()}`" not in table]
    assert missing == []
