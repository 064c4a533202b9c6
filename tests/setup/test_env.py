"""Every value of the environment: what it means, and the sentence that refuses it."""

from __future__ import annotations

import ipaddress
from pathlib import Path

import pytest

from portal.setup import env
from portal.setup.env import ConfigurationError
from portal.setup.listen import Listening

LONG_SECRET = "a-long-random-text-" * 3


def test_a_value_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "value").write_text("from the file\n", encoding="utf-8")
    assert env.read({"NAME_FILE": str(tmp_path / "value")}, "NAME") == "from the file"


def test_a_value_and_its_file_at_once_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="either NAME or NAME_FILE"):
        env.read({"NAME": "a", "NAME_FILE": str(tmp_path)}, "NAME")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"NAME_FILE names .*/absent, .*: no such file"):
        env.read({"NAME_FILE": str(tmp_path / "absent")}, "NAME")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="it is not text"):
        env.read({"NAME_FILE": str(tmp_path / "bytes")}, "NAME")


def test_an_empty_value_counts_as_not_set() -> None:
    assert env.boolean({"DEBUG": " "}, "DEBUG", default=True) is True


@pytest.mark.parametrize(("written", "meant"), [("on", True), ("No", False), ("1", True)])
def test_switches_are_read(written: str, meant: bool) -> None:
    assert env.boolean({"DEBUG": written}, "DEBUG", default=not meant) is meant


def test_an_unclear_switch_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="DEBUG must be on or off, not 'maybe'"):
        env.boolean({"DEBUG": "maybe"}, "DEBUG", default=False)


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8e3", "٣٣٣"])
def test_a_port_that_is_none_is_refused(port: str) -> None:
    with pytest.raises(ConfigurationError, match="PORT must be a whole number"):
        Listening.from_environment({"PORT": port})


def test_a_loopback_is_shown_by_its_name() -> None:
    assert Listening.from_environment({}).url == "http://localhost:8000"
    assert Listening.from_environment({"HOST": "::1", "PORT": "81"}).bind == "[::1]:81"
    assert Listening.from_environment({"HOST": "10.0.0.7"}).url == "http://10.0.0.7:8000"


def test_the_data_folder_is_made(tmp_path: Path) -> None:
    assert env.data_dir({"DATA_DIR": "new/one"}, tmp_path) == tmp_path / "new" / "one"
    assert (tmp_path / "new" / "one").is_dir()


def test_a_data_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"DATA_DIR is .*, where the portal cannot write"):
        env.data_dir({"DATA_DIR": str(tmp_path / "file" / "below")}, tmp_path)


def test_the_secret_key_is_required_outside_development(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY is missing"):
        env.secret_key({}, tmp_path, debug=False)
    assert env.secret_key({}, tmp_path, debug=True)


def test_a_short_secret_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SECRET_KEY is too short"):
        env.secret_key({"SECRET_KEY": "short"}, tmp_path, debug=False)


def test_the_secret_key_that_make_run_wrote_is_found_and_kept(tmp_path: Path) -> None:
    file = env.make_secret(tmp_path)
    written = env.secret_key({}, tmp_path, debug=False)
    assert env.make_secret(tmp_path) == file
    assert env.secret_key({}, tmp_path, debug=False) == written
    assert file.stat().st_mode & 0o077 == 0
    assert env.secret_key({"SECRET_KEY": LONG_SECRET}, tmp_path, debug=False) == LONG_SECRET


@pytest.mark.parametrize(
    "address",
    [
        "datenschutz.example.de",
        "ftp://example.de",
        "https://example.de/portal",
        "https://example.de?x=1",
        "https://example.de:port",
        "https://name:password@example.de",
        "https://",
        "https://[::1",
    ],
)
def test_a_base_url_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ConfigurationError, match="BASE_URL must look like") as refusal:
        env.base_url({"BASE_URL": address})
    assert "password@" not in str(refusal.value)


def test_the_base_url_has_no_slash_at_its_end() -> None:
    assert env.base_url({"BASE_URL": "https://Example.de/"}) == "https://example.de"
    assert env.base_url({}) == ""


def test_the_host_of_the_base_url_is_allowed() -> None:
    assert env.allowed_hosts({}, "https://example.de:8443") == [*env.DEFAULT_HOSTS, "example.de"]
    assert env.allowed_hosts({"ALLOWED_HOSTS": "a.de, b.de"}, "") == ["a.de", "b.de"]


def test_an_address_is_not_a_host_name() -> None:
    with pytest.raises(ConfigurationError, match="ALLOWED_HOSTS must be host names"):
        env.allowed_hosts({"ALLOWED_HOSTS": "https://a.de"}, "")


def test_proxies_are_addresses_or_networks() -> None:
    assert env.trusted_proxies({"TRUSTED_PROXIES": "127.0.0.1,10.0.0.0/8"}) == [
        ipaddress.ip_network("127.0.0.1/32"),
        ipaddress.ip_network("10.0.0.0/8"),
    ]
    for wrong in ("proxy", "10.0.0.1/8", "*"):
        with pytest.raises(ConfigurationError, match="TRUSTED_PROXIES must be addresses"):
            env.trusted_proxies({"TRUSTED_PROXIES": wrong})


def test_the_database_is_a_file_unless_told(tmp_path: Path) -> None:
    folder = tmp_path / "a folder with 100% odd? characters"
    assert env.database({}, folder)["NAME"] == str(folder / "portal.sqlite3")


def test_postgresql_gets_a_pool_and_keeps_its_options(tmp_path: Path) -> None:
    url = "postgres://lupe:p%40ss@db:5432/lupe?sslmode=require"
    config = env.database({"DATABASE_URL": url}, tmp_path)
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert config["PASSWORD"] == "p@ss"
    assert config["OPTIONS"]["sslmode"] == "require"
    assert config["OPTIONS"]["pool"]


def test_postgresql_on_the_same_machine_is_reached_through_its_socket(tmp_path: Path) -> None:
    url = "postgres://lupe@%2Fvar%2Frun%2Fpostgresql/lupe"
    assert env.database({"DATABASE_URL": url}, tmp_path)["HOST"] == "/var/run/postgresql"


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "mysql://u:geheim@host/name",
        "postgres://u:geheim@host",
        "postgres://u:geheim@host:port/name",
        "postgres://u:geheim@[host/name",
        "sqlite://",
        "sqlite://:memory:",
        "sqlite:///relative.sqlite3",
        "sqlite://host//file",
    ],
)
def test_a_database_url_that_is_none_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL") as refusal:
        env.database({"DATABASE_URL": url}, tmp_path)
    assert "geheim" not in str(refusal.value)


def test_the_cache_is_memory_or_redis() -> None:
    assert env.cache({})["BACKEND"].endswith("LocMemCache")
    assert env.cache({"CACHE_URL": "redis://cache:6379/1"})["BACKEND"].endswith("RedisOrMemory")
    with pytest.raises(ConfigurationError, match="CACHE_URL must look like"):
        env.cache({"CACHE_URL": "memcache://host"})


def test_mail_goes_to_the_terminal_unless_told() -> None:
    assert env.email({})["EMAIL_BACKEND"].endswith("console.EmailBackend")
    config = env.email({"EMAIL_URL": "smtp+tls://u:p@mail.example.de:587"})
    assert config["EMAIL_USE_TLS"] is True
    assert config["EMAIL_HOST"] == "mail.example.de"
    for wrong in ("mail.example.de", "smtp://", "pigeon://loft"):
        with pytest.raises(ConfigurationError, match="EMAIL_URL must look like"):
            env.email({"EMAIL_URL": wrong})


ZOOM = {"ZOOM_ACCOUNT_ID": "a", "ZOOM_CLIENT_ID": "b", "ZOOM_CLIENT_SECRET": "c"}


def test_the_credentials_of_zoom_come_together_or_not_at_all() -> None:
    assert env.zoom_credentials(ZOOM) == ("a", "b", "c")
    assert env.zoom_credentials({}) == ("", "", "")
    for name in ZOOM:
        some = {other: value for other, value in ZOOM.items() if other != name}
        with pytest.raises(ConfigurationError, match=rf"missing: {name}\."):
            env.zoom_credentials(some)


def test_no_credential_is_in_the_sentence_that_refuses() -> None:
    with pytest.raises(ConfigurationError) as refused:
        env.zoom_credentials({"ZOOM_CLIENT_SECRET": "very-private"})
    assert "very-private" not in str(refused.value)


@pytest.mark.parametrize(
    "address",
    [
        "https://zoom.us/oauth/token",
        "https://proxy.example.de:8443/v2",
        "http://127.0.0.1:9000/v2",
        "http://localhost/v2",
        "http://[::1]:9000",
    ],
)
def test_a_service_needs_https_except_on_this_machine(address: str) -> None:
    assert env.service({"ZOOM_API_URL": f"{address}/"}, "ZOOM_API_URL", "") == address


@pytest.mark.parametrize(
    "wrong",
    [
        "http://api.zoom.us/v2",
        "http://127.0.0.1.example.de/v2",
        "https://user:secret-word@zoom.us",
        "https://zoom.us/v2?x=1",
        "https://zoom.us/v2#x",
        "https://zoom.us:http",
        "https://zoom.us/a b",
        "ftp://zoom.us",
        "zoom.us",
    ],
)
def test_an_address_of_a_service_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(ConfigurationError, match="ZOOM_API_URL must look like") as refused:
        env.service({"ZOOM_API_URL": wrong}, "ZOOM_API_URL", "https://api.zoom.us/v2")
    assert "secret-word" not in str(refused.value)
