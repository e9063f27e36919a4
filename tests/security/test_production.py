"""A production start refuses what a demo may do; the server repeats nothing that a visitor sends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from app import create_app
from config import ROOT, Settings, SettingsError
from scripts.serve import web_command
from tests.support.databases import Database, dispose
from tests.support.mail import free_port

pytestmark = pytest.mark.database("sqlite")

MARK = "PENANDANAMA"
SPOKEN = "sahut-secret-sahut-secret-sahut-secret"


@pytest.fixture
def environ(database: Database, tmp_path: Path) -> dict[str, str]:
    return {
        "SAHUT_ENV": "production",
        "SAHUT_INSTANCE": str(tmp_path / "instance"),
        "DATABASE_URL": database.url,
        "PUBLIC_URL": "https://lapor.example.go.id",
    }


def start(environ: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a service manager would, with nothing of our own environment but the way to Python."""
    return subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_starts_as_it_should_be(environ: dict[str, str]) -> None:
    started = start(environ, "audit", "verify", "--json")
    assert started.returncode == 0, started.stderr


@pytest.mark.parametrize(
    ("change", "variable"),
    [
        ({"SECRET_KEY": SPOKEN}, "SECRET_KEY"),
        ({"SECRET_KEY": "0123456789abcdef"}, "SECRET_KEY"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"FLASK_DEBUG": "y"}, "FLASK_DEBUG"),
        ({"FLASK_DEBUG": "t"}, "FLASK_DEBUG"),
        ({"PUBLIC_URL": "http://lapor.example.go.id"}, "PUBLIC_URL"),
    ],
)
def test_a_start_that_is_not_safe_is_refused(
    environ: dict[str, str], change: dict[str, str], variable: str
) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environ(environ | change)


@pytest.mark.parametrize(
    ("change", "variable"), [({"SECRET_KEY": SPOKEN}, "SECRET_KEY"), ({"FLASK_DEBUG": "y"}, "FLASK_DEBUG")]
)
def test_it_ends_with_one_line(environ: dict[str, str], change: dict[str, str], variable: str) -> None:
    refused = start(environ | change, "audit", "verify")
    assert refused.returncode != 0
    assert variable in refused.stderr
    for value in change.values():
        assert len(value) < 8 or value not in refused.stderr, "what was given may be a secret"


def test_the_debug_switch_of_flask_is_refused_as_well(environ: dict[str, str]) -> None:
    refused = start(environ, "--debug", "audit", "verify")
    assert refused.returncode != 0
    assert "FLASK_DEBUG" in refused.stderr


def test_keys_that_others_may_read_are_refused(environ: dict[str, str]) -> None:
    assert start(environ, "audit", "verify").returncode == 0
    keys = Path(environ["SAHUT_INSTANCE"]) / "keys"
    for path in keys.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
    (keys / "vault.0001.json").chmod(0o640)
    refused = start(environ, "audit", "verify")
    assert refused.returncode != 0
    assert "vault.0001.json" in refused.stderr
    assert (keys / "vault.0001.json").read_text() not in refused.stderr


def test_a_demos_database_is_refused(environ: dict[str, str]) -> None:
    demo = {**environ, "SAHUT_ENV": "demo"}
    loaded = start(demo, "demo", "load", "--complaints", "1", "--seed", "1")
    assert loaded.returncode == 0, loaded.stderr
    refused = start(environ, "audit", "verify")
    assert refused.returncode != 0
    assert "demo data" in refused.stderr


def test_production_offers_no_demo_page_and_no_debugger(environ: dict[str, str]) -> None:
    app = create_app(Settings.from_environ(environ))
    try:
        assert (app.debug, app.testing) == (False, False)
        assert app.config["PROPAGATE_EXCEPTIONS"] is None
        page = app.test_client().get("/masuk", base_url="https://lapor.example.go.id").get_data(as_text=True)
        assert "sahut-demo" not in page
        assert app.test_client().get("/console", base_url="https://lapor.example.go.id").status_code == 404
    finally:
        dispose(app)


def test_the_web_server_writes_no_address_of_a_visitor(environ: dict[str, str], tmp_path: Path) -> None:
    """The server as `make run` starts it: what somebody asks for is not in its output, found or not."""
    port = free_port()
    output = tmp_path / "output"
    with output.open("wb") as stream:
        server = subprocess.Popen(
            web_command("127.0.0.1", port, 1),
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], **environ, "SAHUT_ENV": "demo"},
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 60
        while ask(f"{url}/healthz") != 200:
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        assert ask(f"{url}/status?nomor={MARK}") == 200
        assert ask(f"{url}/{MARK}") == 404
        assert ask(f"{url}/masuk", data=urllib.parse.urlencode({"username": MARK}).encode()) == 400
        assert ask(f"{url}/%00{MARK}") == 404
    finally:
        server.terminate()
        server.wait(30)
    told = output.read_text()
    assert '"event": "request"' in told
    assert MARK not in told


def ask(url: str, data: bytes | None = None) -> int:
    """Status of an answer; 0 where nobody answers."""
    headers = {"User-Agent": MARK, "Referer": f"http://x/{MARK}"}
    request = urllib.request.Request(url, data=data, headers=headers)  # noqa: S310 (our own address)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:  # noqa: S310 (our own address)
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (urllib.error.URLError, OSError):
        return 0
