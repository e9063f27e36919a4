"""Settings: what is taken, what is refused, and in which words."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from config import (
    ROOT,
    VARIABLES,
    ClamdAddress,
    Environment,
    Settings,
    SettingsError,
    SmtpSecurity,
    SmtpServer,
    is_weak_secret,
)

STRONG = "q7Vt2mXc9LzR4wKp8nBf3HsJ6dYg1TaE"
PRODUCTION = {"SAHUT_ENV": "production", "PUBLIC_URL": "https://lapor.example.go.id"}


def test_nothing_given_means_a_demo_on_sqlite_in_the_instance_folder() -> None:
    settings = Settings.from_environ({})
    assert settings.environment is Environment.DEMO
    assert settings.database_url == f"sqlite:///{ROOT}/instance/sahut.sqlite3"
    assert settings.storage_url == f"file://{ROOT}/instance/files"
    assert settings.keys_url == f"file://{ROOT}/instance/keys"
    assert settings.smtp is settings.redis_url is settings.clamd is settings.public_url is None


def test_an_empty_variable_counts_as_not_given() -> None:
    assert Settings.from_environ({"DATABASE_URL": " ", "SMTP_URL": ""}) == Settings.from_environ({})


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("postgres://u:p@db/sahut", "postgresql+psycopg://u:p@db/sahut"),
        ("postgresql://db/sahut", "postgresql+psycopg://db/sahut"),
        ("postgresql+psycopg://db/sahut", "postgresql+psycopg://db/sahut"),
        ("sqlite:////srv/sahut.sqlite3", "sqlite:////srv/sahut.sqlite3"),
    ],
)
def test_databases_that_are_taken(given: str, used: str) -> None:
    assert Settings.from_environ({"DATABASE_URL": given}).database_url == used


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("SAHUT_ENV", "staging"),
        ("DATABASE_URL", "mysql://db/sahut"),
        ("DATABASE_URL", "sqlite://"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "postgresql://"),
        ("STORAGE_URL", "ftp://host/folder"),
        ("STORAGE_URL", "s3://"),
        ("SMTP_URL", "http://host?from=a@b.id"),
        ("SMTP_URL", "smtp://mail.penanda.id"),
        ("SMTP_URL", "smtp://host:port?from=a@b.id"),
        ("SMTP_URL", "smtps://user@host?from=a@b.id"),
        ("SMTP_URL", "smtp://user:word@mail.example?from=a@b.id"),
        ("REDIS_URL", "http://host"),
        ("CLAMD_ADDRESS", ":3310"),
        ("CLAMD_ADDRESS", "host:door"),
        ("KEYS_URL", "keys"),
        ("KEYS_URL", "file://host/keys"),
        ("KEYS_URL", "env:"),
        ("PUBLIC_URL", "lapor.penanda.go.id"),
        ("PUBLIC_URL", "https://user:word@lapor.example.go.id"),
        ("PUBLIC_URL", "https://lapor.example.go.id/?a=b"),
        ("PROXY_HOPS", "-1"),
        ("PROXY_HOPS", "many"),
        ("PROXY_HOPS", "11"),
        ("MAX_FILE_MB", "0"),
        ("MAX_FILE_MB", "dua puluh"),
        ("MAX_CASE_MB", "10001"),
        ("DUPLICATE_MINUTES", "1441"),
        ("QUICK_EXIT_URL", "http://cuaca.example.id"),
        ("POLICE_EMERGENCY", "satu satu nol"),
        ("WITNESS_PROTECTION", "١٤٨"),
        ("AUDIT_WITNESS_DIR", "saksi"),
        ("AUDIT_WITNESS_EMAIL", "saksi"),
        ("AUDIT_WITNESS_URL", "http://saksi.example.id/"),
        ("AUDIT_WITNESS_URL", "https://nama:sandi@saksi.example.id/"),
        ("AUDIT_WITNESS_TOKEN", "dua kata"),
        ("AUDIT_WITNESS_TOKEN", "tanpa-alamat"),
        ("AUDIT_WITNESS_EMAIL", "saksi@example.id\nBcc: x@y.id"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ({variable: value})
    assert refused.value.variable == variable
    assert str(refused.value).startswith(f"{variable}: ")


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("DATABASE_URL", "mysql://sahut:penanda@db/sahut"),
        ("SMTP_URL", "smtp://sahut:penanda@mail.example?from=a@b.id"),
        ("REDIS_URL", "tcp://:penanda@host"),
        ("PUBLIC_URL", "https://sahut:penanda@lapor.example.go.id"),
        ("STORAGE_URL", "gs://penanda"),
    ],
)
def test_a_refused_value_is_not_repeated_for_it_may_be_a_secret(variable: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ({variable: value})
    assert "penanda" not in str(refused.value)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtps://sahut:p%40ss@mail.example?from=sahut@example.go.id",
            SmtpServer("mail.example", 465, SmtpSecurity.TLS, "sahut@example.go.id", "sahut", "p@ss"),
        ),
        (
            "smtp+starttls://mail.example:2525?from=a@b.id",
            SmtpServer("mail.example", 2525, SmtpSecurity.STARTTLS, "a@b.id"),
        ),
        ("smtp://127.0.0.1?from=a@b.id", SmtpServer("127.0.0.1", 25, SmtpSecurity.PLAIN, "a@b.id")),
        (
            "smtp://user:word@127.0.0.1?from=a@b.id",
            SmtpServer("127.0.0.1", 25, SmtpSecurity.PLAIN, "a@b.id", "user", "word"),
        ),
    ],
)
def test_mail_servers_that_are_taken(url: str, server: SmtpServer) -> None:
    assert Settings.from_environ({"SMTP_URL": url}).smtp == server


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("127.0.0.1:3311", ClamdAddress("127.0.0.1", 3311)),
        ("scanner", ClamdAddress("scanner", 3310)),
        ("/run/clamd.sock", ClamdAddress(socket=Path("/run/clamd.sock"))),
    ],
)
def test_virus_scanners_that_are_taken(given: str, address: ClamdAddress) -> None:
    assert Settings.from_environ({"CLAMD_ADDRESS": given}).clamd == address


def test_a_folder_will_do_as_storage(tmp_path: Path) -> None:
    assert Settings.from_environ({"STORAGE_URL": str(tmp_path)}).storage_url == tmp_path.as_uri()
    assert Settings.from_environ({"STORAGE_URL": "s3://bucket/files"}).storage_url == "s3://bucket/files"


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 64}, "SECRET_KEY"),
        ({"SECRET_KEY": "changeme-" + STRONG}, "SECRET_KEY"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
        ({"PUBLIC_URL": "http://lapor.example.go.id"}, "PUBLIC_URL"),
    ],
    ids=lambda value: "=".join(*value.items())[:30] if isinstance(value, dict) else value,
)
def test_production_refuses_what_a_demo_may_do(change: dict[str, str], variable: str) -> None:
    demo = {**PRODUCTION, **change, "SAHUT_ENV": "demo"}
    assert Settings.from_environ(demo).is_demo
    with pytest.raises(SettingsError) as refused:
        Settings.from_environ({**PRODUCTION, **change})
    assert refused.value.variable == variable


def test_production_starts_with_its_own_key_or_a_strong_one() -> None:
    assert Settings.from_environ(PRODUCTION).is_production
    assert Settings.from_environ({**PRODUCTION, "SECRET_KEY": STRONG}).secret_key == STRONG
    assert not is_weak_secret(STRONG)


@pytest.mark.parametrize(
    ("environ", "secure"),
    [
        (PRODUCTION, True),
        ({"PUBLIC_URL": "https://demo.example.go.id"}, True),
        ({"PUBLIC_URL": "http://127.0.0.1:8000"}, False),
        ({}, False),
    ],
)
def test_cookies_insist_on_https_where_there_is_https(environ: dict[str, str], secure: bool) -> None:
    config = Settings.from_environ(environ).flask_config()
    assert config["SESSION_COOKIE_SECURE"] is secure
    assert config["SESSION_COOKIE_NAME"].startswith("__Host-") is secure
    assert config["SESSION_COOKIE_HTTPONLY"] is True
    assert config["SESSION_COOKIE_SAMESITE"] == "Lax"
    assert not config["DEBUG"]


def test_settings_show_no_secret_when_printed() -> None:
    settings = Settings.from_environ(
        {
            "DATABASE_URL": "postgresql://sahut:penanda@db/sahut",
            "SMTP_URL": "smtps://sahut:penanda@mail.example?from=a@b.id",
            "REDIS_URL": "redis://:penanda@cache",
            "SECRET_KEY": "penanda" + STRONG,
        }
    )
    assert "penanda" not in repr(settings)


def test_settings_do_not_change() -> None:
    with pytest.raises(AttributeError):
        Settings.from_environ({}).debug = True  # type: ignore[misc]


def test_a_wrong_setting_ends_the_start_with_one_plain_line(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": "oracle://db", "SAHUT_INSTANCE": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr == "sahut: DATABASE_URL: must begin with sqlite:/// or postgresql://\n"


def test_limits_of_files_and_the_witness_reach_the_application() -> None:
    usual = Settings.from_environ({})
    assert (usual.audit_witness_dir, usual.audit_witness_email) == (None, None)
    assert usual.flask_config()["MAX_FILE_BYTES"] == 20 * 1024 * 1024
    assert usual.flask_config()["MAX_CASE_FILE_BYTES"] == 100 * 1024 * 1024
    given = Settings.from_environ(
        {
            "MAX_FILE_MB": "5",
            "MAX_CASE_MB": "50",
            "AUDIT_WITNESS_DIR": "/srv/saksi",
            "AUDIT_WITNESS_EMAIL": "saksi@ombudsman.example.id",
            "AUDIT_WITNESS_URL": "https://saksi.example.id/sahut",
            "AUDIT_WITNESS_TOKEN": "kata-sandi-saksi",
        }
    )
    assert (given.audit_witness_url, given.audit_witness_token) == (
        "https://saksi.example.id/sahut",
        "kata-sandi-saksi",
    )
    assert "saksi.example.id" not in repr(given).replace("saksi@ombudsman.example.id", "")
    assert "kata-sandi" not in repr(given)
    assert given.flask_config()["MAX_FILE_BYTES"] == 5 * 1024 * 1024
    assert given.flask_config()["MAX_CASE_FILE_BYTES"] == 50 * 1024 * 1024
    assert str(given.audit_witness_dir) == "/srv/saksi"
    assert given.audit_witness_email == "saksi@ombudsman.example.id"


def test_numbers_for_people_in_danger_and_the_quick_exit_can_be_set() -> None:
    usual = Settings.from_environ({})
    assert (usual.police_emergency, usual.witness_protection) == ("110", "148")
    assert (usual.duplicate_minutes, usual.quick_exit_url) == (15, "https://www.bmkg.go.id/")
    given = Settings.from_environ(
        {
            "POLICE_EMERGENCY": "112",
            "WITNESS_PROTECTION": "0800-1-148",
            "QUICK_EXIT_URL": "https://cuaca.example.id/",
            "DUPLICATE_MINUTES": "5",
        }
    )
    assert given.flask_config()["POLICE_EMERGENCY"] == "112"
    assert given.flask_config()["WITNESS_PROTECTION"] == "0800-1-148"
    assert (given.duplicate_minutes, given.quick_exit_url) == (5, "https://cuaca.example.id/")


def test_the_check_of_a_fresh_clone_forgets_every_setting_of_the_machine() -> None:
    root = Path(__file__).parents[1]
    check = (root / ".ci" / "run").read_text("utf-8").replace("\\\n", " ")
    forgotten = set(re.search(r"^unset (.+)$", check, re.MULTILINE)[1].split())  # type: ignore[index]
    assert VARIABLES.keys() <= forgotten
    assert {one for one, _ in VARIABLES.values()} == {one.name for one in fields(Settings)} - {
        "password_memory_kib"
    }
