"""Settings: read from the environment once, checked at start, never changed afterwards.

Only `app/` and `wsgi.py` read this module. A wrong value stops the start with one plain sentence that names
the variable and what is expected; the value itself is never repeated, since it may be a secret.
"""

from __future__ import annotations

import enum
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parent

MIN_SECRET_BYTES = 32
MIN_SECRET_VARIETY = 12
"""How many different characters a production SECRET_KEY must have: refuses "aaaa…" and "changeme…"."""
WEAK_WORDS = ("secret", "changeme", "change-me", "password", "sahut", "development", "insecure", "example")

READ_TIMES = 4
"""A body is read, though not kept, up to so many times what a case may hold: who sends too much gets an
answer beside the field instead of a broken connection (`app.forms.incoming`)."""

NO_DEBUG = {"0", "false", "no"}
"""What Flask itself takes for "off"; everything else switches its debugger on, ``y`` as well."""

Reader = Callable[[str, str], Any]
"""Reads one variable: takes its name and what it holds, gives the setting or raises `SettingsError`."""


class SettingsError(ValueError):
    """A setting is missing or wrong; `variable` names it."""

    def __init__(self, variable: str, expected: str) -> None:
        super().__init__(f"{variable}: {expected}")
        self.variable = variable
        self.expected = expected


class Environment(enum.StrEnum):
    """How much Sahut may take for granted: `demo` shows, `production` serves people, `test` is for tests."""

    DEMO = "demo"
    PRODUCTION = "production"
    TEST = "test"


class SmtpSecurity(enum.StrEnum):
    """How the connection to the mail server is protected."""

    PLAIN = "smtp"
    STARTTLS = "smtp+starttls"
    TLS = "smtps"


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """Where letters go out: ``smtp[s|+starttls]://user:password@host:port?from=address``."""

    host: str
    port: int
    security: SmtpSecurity
    sender: str
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class ClamdAddress:
    """Where the virus scanner listens: a host and port, or the path of a socket."""

    host: str | None = None
    port: int | None = None
    socket: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything a running Sahut may be told from outside; `repr` shows nothing that may hold a password."""

    environment: Environment = Environment.DEMO
    instance_path: Path = ROOT / "instance"
    database_url: str = field(default="", repr=False)
    """SQLAlchemy URL; empty means SQLite in the instance folder."""
    secret_key: str | None = field(default=None, repr=False)
    """Overrides the session key that Sahut makes for itself in the instance folder."""
    storage_url: str = field(default="", repr=False)
    """``file:///…`` or ``s3://bucket/prefix``; empty means `files` in the instance folder."""
    keys_url: str = field(default="", repr=False)
    """``file:///…`` or ``env:VARIABLE``; empty means `keys` in the instance folder."""
    smtp: SmtpServer | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    """Shared counters of the rate limits; needed only for several web processes."""
    clamd: ClamdAddress | None = None
    """Where every file is scanned before it is kept; without it nothing is."""
    accept_unscanned: bool = False
    """Whether files come in, unscanned, while the scanner can't be asked; else they are refused for now."""
    public_url: str | None = None
    """Address under which citizens reach Sahut; needed where there is no request: letters, QR codes."""
    max_file_mb: int = 20
    """Most megabytes (2**20 bytes) of one file that is handed in."""
    max_case_mb: int = 100
    """Most megabytes of all files of one case together."""
    audit_witness_dir: Path | None = None
    """Folder, watched or fetched by an outside witness, into which every checkpoint of the log is written."""
    audit_witness_email: str | None = None
    """Address of an outside witness, who gets a checkpoint of the log a day."""
    audit_witness_url: str | None = field(default=None, repr=False)
    """Where an outside witness takes every new checkpoint of the log by POST."""
    audit_witness_token: str | None = field(default=None, repr=False)
    """Sent along with it as ``Authorization: Bearer``, where the witness asks for one."""
    duplicate_minutes: int = 15
    """How long the same text sent again from the same browser leads to the first receipt."""
    quick_exit_url: str = "https://www.bmkg.go.id/"
    """Where "quick exit" leads: a page that explains itself on anybody's screen."""
    police_emergency: str = "110"
    """Number to call in danger; local, not from the law data."""
    witness_protection: str = "148"
    """Number of the agency that protects witnesses and victims (LPSK); local, not from the law data."""
    password_memory_kib: int = 65_536
    """Memory that hashing a password takes (argon2id); no variable sets it, tests take less."""
    proxy_hops: int = 0
    """How many reverse proxies of our own stand in front and set X-Forwarded-For."""
    debug: bool = False

    def __post_init__(self) -> None:
        if not self.database_url:
            object.__setattr__(self, "database_url", f"sqlite:///{self.instance_path / 'sahut.sqlite3'}")
        if not self.storage_url:
            object.__setattr__(self, "storage_url", (self.instance_path / "files").absolute().as_uri())
        if not self.keys_url:
            object.__setattr__(self, "keys_url", (self.instance_path / "keys").absolute().as_uri())
        if self.max_file_mb > self.max_case_mb:
            raise SettingsError("MAX_FILE_MB", "must not be more than MAX_CASE_MB")
        if self.environment is Environment.PRODUCTION:
            self._refuse_unsafe_production()

        if self.audit_witness_token is not None and self.audit_witness_url is None:
            raise SettingsError("AUDIT_WITNESS_TOKEN", "goes with AUDIT_WITNESS_URL, which is missing")

    def _refuse_unsafe_production(self) -> None:
        if self.debug:
            raise SettingsError("FLASK_DEBUG", "must be off in production")
        if self.public_url is None or not self.public_url.startswith("https://"):
            raise SettingsError("PUBLIC_URL", "production needs the https:// address that citizens use")
        if self.secret_key is not None and is_weak_secret(self.secret_key):
            raise SettingsError(
                "SECRET_KEY",
                f"too weak for production: give {MIN_SECRET_BYTES} random bytes or more, or leave it out and "
                "Sahut makes its own",
            )

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Settings as the environment gives them; an empty variable counts as not given.

        :raises SettingsError: for the first variable that is missing or wrong.
        """
        given = {name: value.strip() for name, value in environ.items() if value.strip()}
        read = {
            setting: take(name, given[name]) for name, (setting, take) in VARIABLES.items() if name in given
        }
        return cls(**read)

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @property
    def is_demo(self) -> bool:
        return self.environment is Environment.DEMO

    @property
    def is_secure(self) -> bool:
        """Whether citizens reach Sahut by HTTPS, so that cookies may insist on it."""
        return self.is_production or (self.public_url or "").startswith("https://")

    def flask_config(self) -> dict[str, Any]:
        """These settings in the words of Flask and its extensions."""
        return {
            "SAHUT_SETTINGS": self,
            "DEBUG": self.debug,
            "TESTING": self.environment is Environment.TEST,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "PREFERRED_URL_SCHEME": "https" if self.is_secure else "http",
            "PUBLIC_URL": self.public_url or "http://localhost:8000",
            "MAX_FILE_BYTES": self.max_file_mb * 1024 * 1024,
            "POLICE_EMERGENCY": self.police_emergency,
            "WITNESS_PROTECTION": self.witness_protection,
            "MAX_CASE_FILE_BYTES": self.max_case_mb * 1024 * 1024,
            "MAX_CONTENT_LENGTH": (self.max_case_mb * READ_TIMES + 4) * 1024 * 1024,
            "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
            "MAX_FORM_PARTS": 400,
            "SEND_FILE_MAX_AGE_DEFAULT": timedelta(days=30),
            "SESSION_COOKIE_NAME": "__Host-sahut" if self.is_secure else "sahut",
            "SESSION_COOKIE_SECURE": self.is_secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_PATH": "/",
            "SESSION_REFRESH_EACH_REQUEST": False,
            "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
            "WTF_CSRF_TIME_LIMIT": None,
            # Our pages send no Referer (it could tell where somebody was), so it can't be asked for. The
            # token is bound to a session cookie that is Secure, SameSite=Lax and of this host alone.
            "WTF_CSRF_SSL_STRICT": False,
            "BABEL_DEFAULT_LOCALE": "id",
            "BABEL_DEFAULT_TIMEZONE": "Asia/Jakarta",
            "RATELIMIT_STORAGE_URI": self.redis_url or "memory://",
            "RATELIMIT_HEADERS_ENABLED": False,
            "COMPRESS_MIN_SIZE": 1024,
            "COMPRESS_BR_LEVEL": 4,
            "COMPRESS_ALGORITHM": ["br", "gzip"],
        }


def is_weak_secret(secret: str) -> bool:
    """Whether `secret` could be guessed: short, of few characters, or built on a well-known word."""
    if len(secret.encode()) < MIN_SECRET_BYTES or len(set(secret)) < MIN_SECRET_VARIETY:
        return True
    return any(word in secret.lower() for word in WEAK_WORDS)


def _split(variable: str, url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise SettingsError(variable, "not a URL that can be read") from None
    return parts


def _text(_variable: str, given: str) -> str:
    return given


def _path(_variable: str, given: str) -> Path:
    return Path(given).absolute()


def _switch(_variable: str, given: str) -> bool:
    return given.lower() not in NO_DEBUG


def _environment(variable: str, given: str) -> Environment:
    try:
        return Environment(given)
    except ValueError:
        raise SettingsError(variable, "must be demo, production or test") from None


def _database_url(variable: str, given: str) -> str:
    scheme, separator, rest = given.partition("://")
    if separator and scheme == "sqlite":
        if rest in {"", "/", "/:memory:"}:
            raise SettingsError(variable, "SQLite must be a file: sqlite:////path/to/sahut.sqlite3")
        return given
    if separator and rest and scheme in {"postgres", "postgresql", "postgresql+psycopg"}:
        return f"postgresql+psycopg://{rest}"
    raise SettingsError(variable, "must begin with sqlite:/// or postgresql://")


def _storage_url(variable: str, given: str) -> str:
    parts = _split(variable, given)
    if parts.scheme == "s3" and parts.netloc:
        return given
    if parts.scheme == "file" and parts.path.startswith("/"):
        return given
    if not parts.scheme:
        return Path(given).absolute().as_uri()
    raise SettingsError(variable, "must be a folder, file:///folder or s3://bucket/prefix")


def _keys_url(variable: str, given: str) -> str:
    parts = _split(variable, given)
    is_folder = parts.scheme == "file" and parts.path.startswith("/") and not parts.netloc
    if not is_folder and not (parts.scheme == "env" and parts.path.isidentifier()):
        raise SettingsError(variable, "must be file:///folder or env:VARIABLE")
    return given


def _url(*schemes: str) -> Reader:
    def read(variable: str, given: str) -> str:
        if _split(variable, given).scheme not in schemes:
            expected = " or ".join(f"{scheme}://…" for scheme in sorted(schemes))
            raise SettingsError(variable, f"must be {expected}")
        return given

    return read


def _public_url(variable: str, given: str) -> str:
    parts = _split(variable, given)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsError(variable, "must be like https://lapor.example.go.id")
    if parts.username or parts.password:
        raise SettingsError(variable, "must not hold a user name or password")
    return given.rstrip("/")


def _smtp(variable: str, given: str) -> SmtpServer:
    parts = _split(variable, given)
    expected = "must be like smtp://host:25?from=sahut@example.go.id (or smtps://, smtp+starttls://)"
    try:
        security = SmtpSecurity(parts.scheme)
    except ValueError:
        raise SettingsError(variable, expected) from None
    sender = parse_qs(parts.query).get("from", [""])[0]
    if not parts.hostname or "@" not in sender:
        raise SettingsError(variable, expected)
    if (parts.username is None) != (parts.password is None):
        raise SettingsError(variable, "needs both user and password, or neither")
    if parts.password is not None and security is SmtpSecurity.PLAIN and not _is_loopback(parts.hostname):
        raise SettingsError(variable, "sends no password in the clear: use smtps:// or smtp+starttls://")
    usual_port = {SmtpSecurity.PLAIN: 25, SmtpSecurity.STARTTLS: 587, SmtpSecurity.TLS: 465}[security]
    return SmtpServer(
        host=parts.hostname,
        port=parts.port or usual_port,
        security=security,
        sender=sender,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _clamd(variable: str, given: str) -> ClamdAddress:
    if given.startswith("/"):
        return ClamdAddress(socket=Path(given))
    parts = _split(variable, f"//{given}")
    if not parts.hostname or parts.path:
        raise SettingsError(variable, "must be host:port or the path of a socket")
    return ClamdAddress(host=parts.hostname, port=parts.port or 3310)


def _on_failure(variable: str, given: str) -> bool:
    if given not in ("refuse", "accept"):
        raise SettingsError(variable, "must be refuse or accept")
    return given == "accept"


def _folder(variable: str, given: str) -> Path:
    folder = Path(given)
    if not folder.is_absolute():
        raise SettingsError(variable, "must be the full path of a folder")
    return folder


def _address(variable: str, given: str) -> str:
    local, _, domain = given.rpartition("@")
    if not local or "." not in domain or any(c.isspace() for c in given):
        raise SettingsError(variable, "must be one e-mail address")
    return given


def _witness_url(variable: str, given: str) -> str:
    parts = _split(variable, given)
    if not parts.hostname or parts.fragment or parts.username or parts.password:
        raise SettingsError(
            variable, "must be like https://saksi.example.org/sahut, without user or password"
        )
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(parts.hostname)):
        raise SettingsError(variable, "must be https://, or http:// on this machine")
    return given


def _token(variable: str, given: str) -> str:
    if not given.isascii() or not given.isprintable() or " " in given:
        raise SettingsError(variable, "must be one word of plain characters")
    return given


def _count(least: int, most: int) -> Reader:
    def read(variable: str, given: str) -> int:
        if not (given.isascii() and given.isdecimal() and least <= int(given) <= most):
            raise SettingsError(variable, f"must be a number from {least} to {most}")
        return int(given)

    return read


def _telephone(variable: str, given: str) -> str:
    digits = given.replace(" ", "").replace("-", "")
    if not digits.removeprefix("+").isdecimal() or not digits.isascii() or len(digits) > 16:
        raise SettingsError(variable, "must be a telephone number")
    return given


VARIABLES: Mapping[str, tuple[str, Reader]] = {
    "SAHUT_ENV": ("environment", _environment),
    "SAHUT_INSTANCE": ("instance_path", _path),
    "DATABASE_URL": ("database_url", _database_url),
    "SECRET_KEY": ("secret_key", _text),
    "STORAGE_URL": ("storage_url", _storage_url),
    "KEYS_URL": ("keys_url", _keys_url),
    "SMTP_URL": ("smtp", _smtp),
    "REDIS_URL": ("redis_url", _url("redis", "rediss", "unix")),
    "CLAMD_ADDRESS": ("clamd", _clamd),
    "CLAMD_ON_FAILURE": ("accept_unscanned", _on_failure),
    "PUBLIC_URL": ("public_url", _public_url),
    "MAX_FILE_MB": ("max_file_mb", _count(1, 1000)),
    "MAX_CASE_MB": ("max_case_mb", _count(1, 10_000)),
    "AUDIT_WITNESS_DIR": ("audit_witness_dir", _folder),
    "AUDIT_WITNESS_EMAIL": ("audit_witness_email", _address),
    "AUDIT_WITNESS_URL": ("audit_witness_url", _witness_url),
    "AUDIT_WITNESS_TOKEN": ("audit_witness_token", _token),
    "DUPLICATE_MINUTES": ("duplicate_minutes", _count(0, 24 * 60)),
    "QUICK_EXIT_URL": ("quick_exit_url", _url("https")),
    "POLICE_EMERGENCY": ("police_emergency", _telephone),
    "WITNESS_PROTECTION": ("witness_protection", _telephone),
    "PROXY_HOPS": ("proxy_hops", _count(0, 10)),
    "FLASK_DEBUG": ("debug", _switch),
}
"""Each variable with the setting that it gives and how it is read; what none gives keeps its default."""
