"""Read the environment; refuse an unclear value with one sentence instead of a traceback."""

from __future__ import annotations

import ipaddress
import os
import re
import tempfile
from collections.abc import Mapping
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import environ

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

YES = {"on", "true", "yes", "1"}
NO = {"off", "false", "no", "0"}
SHORTEST_SECRET = 32
SECRET_FILE = "secret-key"  # noqa: S105 - the name of a file, not a secret

DATABASE_SCHEMES = ("postgres", "postgresql", "sqlite")
CACHE_SCHEMES = ("redis", "rediss")
ZOOM_CREDENTIALS = ("ZOOM_ACCOUNT_ID", "ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET")
EMAIL_SCHEMES = ("smtp", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "dummymail")
MAIL_PATIENCE = 10  # seconds
DEFAULT_HOSTS = ["localhost", "127.0.0.1", "[::1]"]


class ConfigurationError(SystemExit):
    """Stop the start: Python prints the sentence and ends with exit code 1."""

    def __str__(self) -> str:
        return str(self.code)


def read(env: Mapping[str, str], name: str, default: str = "") -> str:
    """Return the value of `name`, or the content of the file that `name`_FILE points to."""
    value = env.get(name, "").strip()
    file = env.get(f"{name}_FILE", "").strip()
    if value and file:
        raise ConfigurationError(f"Set either {name} or {name}_FILE, not both.")
    if file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(
                f"{name}_FILE names {file}, which cannot be read: {_reason(error)}."
            ) from error
    return value or default


def boolean(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Return a switch that is written on/off, true/false, yes/no or 1/0."""
    value = read(env, name).lower()
    if not value:
        return default
    if value not in YES | NO:
        raise ConfigurationError(f"{name} must be on or off, not {value!r}.")
    return value in YES


def number(env: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number between `least` and `most`."""
    value = read(env, name, str(default))
    if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
        raise ConfigurationError(
            f"{name} must be a whole number from {least} to {most}, not {value!r}."
        )
    return int(value)


def names(env: Mapping[str, str], name: str) -> list[str]:
    """Return the parts of a list separated by commas."""
    return [part.strip() for part in read(env, name).split(",") if part.strip()]


def data_dir(env: Mapping[str, str], base: Path, name: str = "DATA_DIR") -> Path:
    """Return the folder for everything the portal writes, made and proven writable."""
    folder = base / Path(read(env, name, "var")).expanduser()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ConfigurationError(
            f"{name} is {folder}, where the portal cannot write: {_reason(error)}."
        ) from error
    return folder.resolve()


def shared_dir(env: Mapping[str, str], folder: Path) -> Path:
    """Return where lies what several machines have in common: DATA_DIR, if there is only one."""
    return data_dir(env, folder, "SHARED_DIR") if read(env, "SHARED_DIR") else folder


def error_pages_dir(env: Mapping[str, str], folder: Path) -> Path:
    """Return where the error pages lie: below DATA_DIR, or where a proxy can read them."""
    return Path(read(env, "ERROR_PAGES_DIR", str(folder / "errors"))).expanduser().resolve()


def secret_key(env: Mapping[str, str], folder: Path, *, debug: bool) -> str:
    """Return the secret key from the environment or from the file that `make run` made."""
    value = read(env, "SECRET_KEY")
    made = folder / SECRET_FILE
    if not value and made.exists():
        value = read({"SECRET_KEY_FILE": str(made)}, "SECRET_KEY")
    if not value and debug:
        return "for-development-only-" * 3
    if not value:
        raise ConfigurationError(
            "SECRET_KEY is missing: set SECRET_KEY or SECRET_KEY_FILE to a long random text."
        )
    if len(value) < SHORTEST_SECRET:
        raise ConfigurationError(
            f"SECRET_KEY is too short: it needs at least {SHORTEST_SECRET} random characters."
        )
    return value


def earlier_secret_keys(env: Mapping[str, str]) -> list[str]:
    """Return the keys that were in use before, newest first: they read, and sign nothing new."""
    keys = [key for key in re.split(r"[,\s]+", read(env, "SECRET_KEY_FALLBACKS")) if key]
    if any(len(key) < SHORTEST_SECRET for key in keys):
        raise ConfigurationError(
            f"SECRET_KEY_FALLBACKS: each key needs at least {SHORTEST_SECRET} characters; "
            "commas or spaces part them."
        )
    return keys


def make_secret(folder: Path) -> Path:
    """Write a random secret key into the data folder unless there is one; return its path."""
    file = folder / SECRET_FILE
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        # 50 random bytes as text: Django's own check asks for at least 50 characters.
        out.write(os.urandom(50).hex() + "\n")
    return file


def base_url(env: Mapping[str, str]) -> str:
    """Return the address readers use, without a slash at the end, or nothing."""
    value = read(env, "BASE_URL").rstrip("/")
    if not value:
        return ""
    parts = _split(value)
    allowed = r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?"
    if parts is None or not re.fullmatch(allowed, value):
        raise ConfigurationError(
            "BASE_URL must look like https://datenschutz.example.de, "
            f"without a path or a password, not {_hide(value)!r}."
        )
    return value.lower()


def allowed_hosts(env: Mapping[str, str], address: str) -> list[str]:
    """Return the host names the portal answers to; that of BASE_URL always belongs to them."""
    hosts = names(env, "ALLOWED_HOSTS") or list(DEFAULT_HOSTS)
    for host in hosts:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]", host):
            raise ConfigurationError(
                f"ALLOWED_HOSTS must be host names separated by commas, not {host!r}."
            )
    own = urlsplit(address).hostname if address else None
    if own:
        own = f"[{own}]" if ":" in own else own
        hosts += [own] if own not in hosts else []
    return hosts


def trusted_proxies(env: Mapping[str, str]) -> list[Network]:
    """Return the networks whose forwarding headers count."""
    networks: list[Network] = []
    for value in names(env, "TRUSTED_PROXIES"):
        try:
            networks.append(ipaddress.ip_network(value))
        except ValueError as error:
            raise ConfigurationError(
                "TRUSTED_PROXIES must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, "
                f"separated by commas, not {value!r}."
            ) from error
    return networks


def database(env: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Return the database: the one of DATABASE_URL, or a SQLite file in the data folder."""
    value = read(env, "DATABASE_URL")
    if not value:
        return _sqlite(str(folder / "portal.sqlite3"))
    parts = _split(value)
    if parts is None or parts.scheme not in DATABASE_SCHEMES or len(parts.path) < 2:
        raise ConfigurationError(
            "DATABASE_URL must look like postgres://user:password@host:5432/name "
            f"or sqlite:////folder/file.sqlite3, not {_hide(value)!r}."
        )
    if parts.scheme == "sqlite":
        if parts.netloc or parts.query or not parts.path.startswith("//"):
            raise ConfigurationError(
                "DATABASE_URL for SQLite needs nothing but a full path after three slashes: "
                f"sqlite:////folder/file.sqlite3, not {_hide(value)!r}."
            )
        return _sqlite(environ.Env.db_url_config(value)["NAME"])
    config: dict[str, Any] = environ.Env.db_url_config(value)
    # A socket is named by its folder, quoted as %2Fvar%2Frun%2Fpostgresql in the address.
    config["HOST"] = unquote(config["HOST"])
    # 64 threads share a small pool: a page needs its connection for milliseconds only.
    # Short waits: while the database is down readers get the error page soon, and a pool that
    # has given up tries again with the next reader instead of minutes later.
    pool = {"min_size": 1, "max_size": 8, "timeout": 3, "reconnect_timeout": 5}
    options = {**config.get("OPTIONS", {}), "pool": pool}
    options.setdefault("connect_timeout", 5)
    return {**config, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


def _sqlite(name: str) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {
            "timeout": 20,
            # Writers queue at BEGIN instead of failing half-way through a transaction.
            "transaction_mode": "IMMEDIATE",
            # Without recursive triggers INSERT OR REPLACE would slip past the append-only ones.
            "init_command": (
                "PRAGMA journal_mode = WAL;"
                "PRAGMA synchronous = FULL;"
                "PRAGMA foreign_keys = ON;"
                "PRAGMA recursive_triggers = ON;"
            ),
        },
    }


def cache(env: Mapping[str, str]) -> dict[str, Any]:
    """Return the cache: the memory of each process, or the Redis of CACHE_URL."""
    value = read(env, "CACHE_URL")
    if not value:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    parts = _split(value)
    if parts is None or parts.scheme not in CACHE_SCHEMES or not parts.hostname:
        raise ConfigurationError(
            f"CACHE_URL must look like redis://host:6379/0, not {_hide(value)!r}."
        )
    return {
        "BACKEND": "portal.setup.common_cache.RedisOrMemory",
        "LOCATION": value,
        # So long one request waits, before its process goes on without.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }


def email(env: Mapping[str, str]) -> dict[str, Any]:
    """Return Django's EMAIL_… settings; without EMAIL_URL mail goes to the terminal."""
    value = read(env, "EMAIL_URL", "consolemail://")
    parts = _split(value)
    mailed = parts is not None and parts.scheme.startswith("smtp")
    if parts is None or parts.scheme not in EMAIL_SCHEMES or (mailed and not parts.hostname):
        raise ConfigurationError(
            f"EMAIL_URL must look like smtp+tls://user:password@host:587, not {_hide(value)!r}."
        )
    config: dict[str, Any] = environ.Env.email_url_config(value)
    config.update(config.pop("OPTIONS", {}))
    # A mail server that says nothing must not hold up the recurring jobs for ever.
    return {"EMAIL_TIMEOUT": MAIL_PATIENCE, **config}


def mail_from(env: Mapping[str, str], address: str) -> str:
    """Return from whom mails come: as MAIL_FROM says, else nobody's mailbox at our own host."""
    value = read(env, "MAIL_FROM")
    if value:
        _name, mailbox = parseaddr(value)
        if not re.fullmatch(r"[^@\s<>,]+@[A-Za-z0-9.:\[\]-]+", mailbox) or "\n" in value:
            raise ConfigurationError(
                "MAIL_FROM must look like datenschutz@example.de or "
                f"Datenschutz <datenschutz@example.de>, not {value!r}."
            )
        return value
    host = urlsplit(address).hostname or "localhost"
    try:
        number = ipaddress.ip_address(host)
    except ValueError:
        return f"noreply@{host}"
    return f"noreply@[{'IPv6:' if number.version == 6 else ''}{host}]"


def zoom_credentials(env: Mapping[str, str]) -> tuple[str, str, str]:
    """Return account ID, client ID and client secret of the Zoom app, or three empty texts."""
    account, client, secret = (read(env, name) for name in ZOOM_CREDENTIALS)
    missing = [name for name in ZOOM_CREDENTIALS if not read(env, name)]
    if missing and len(missing) < len(ZOOM_CREDENTIALS):
        raise ConfigurationError(
            f"To connect a Zoom account set {', '.join(ZOOM_CREDENTIALS)}; "
            f"missing: {', '.join(missing)}."
        )
    return account, client, secret


def service(env: Mapping[str, str], name: str, default: str) -> str:
    """Return the address of a service, without a slash at the end; https unless on loopback."""
    value = read(env, name, default).rstrip("/")
    parts = _split(value)
    allowed = r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*"
    if (
        parts is None
        or not re.fullmatch(allowed, value)
        or not (parts.scheme == "https" or is_on_this_machine(parts.hostname or ""))
    ):
        raise ConfigurationError(
            f"{name} must look like {default}, with https and without a password, "
            f"not {_hide(value)!r}."
        )
    return value


def is_on_this_machine(host: str) -> bool:
    """Say whether `host` is this machine itself, or the folder of a socket."""
    try:
        return host == "localhost" or host.startswith("/") or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(value: str) -> SplitResult | None:
    try:
        parts = urlsplit(value)
        _ = parts.port  # raises ValueError unless it is a number
    except ValueError:
        return None
    return parts


def _hide(url: str) -> str:
    """Blank the part before the host, so that no password ends up in a log."""
    return re.sub(r"(://)[^/]*@", r"\1…@", url)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return "it is not text"


if __name__ == "__main__":
    make_secret(data_dir(os.environ, Path(__file__).resolve().parents[2]))
