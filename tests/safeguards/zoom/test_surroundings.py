"""What a hostile answer or this server's own settings do to the client: one typed error."""

from __future__ import annotations

import gzip
import json
import time
import traceback
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import httpx2
import pytest
from django.utils import timezone

from notices.safeguards.models import ZoomToken
from notices.safeguards.zoom import client
from notices.safeguards.zoom.errors import (
    BadAnswer,
    BadEnvironment,
    NotFound,
    TokenBusy,
    TooLarge,
    TooSlow,
)

from .wire import Wire, connect

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

OAUTH = "https://zoom.us/oauth/token"
API = "https://api.zoom.us/v2"
ACCESS = client.Access("account", "client", "secret", OAUTH, API)


@pytest.fixture(autouse=True)
def zoom_says(waits: list[float], monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = connect(monkeypatch)
    body = {"access_token": "token", "token_type": "bearer", "expires_in": 3600}
    wire.post(OAUTH).respond(json=body)
    return wire


@pytest.mark.parametrize("mark", ["\ud800", "\x00", "a b", "x" * 70_000])
def test_a_mark_of_the_next_page_that_fits_no_address_is_refused(
    mark: str, zoom_says: Wire
) -> None:
    body = json.dumps({"users": [], "next_page_token": mark}).encode()
    kind = {"Content-Type": "application/json"}
    pages = zoom_says.get(f"{API}/users").respond(content=body, headers=kind)
    with client.ZoomClient(ACCESS) as zoom, pytest.raises(BadAnswer):
        list(zoom.users())
    assert len(pages.calls) == 1


@pytest.mark.parametrize("identifier", ["\ud800", "a\nb", "\x00"])
def test_an_id_that_fits_no_address_is_not_asked_for(identifier: str, zoom_says: Wire) -> None:
    asked = zoom_says.get_any().respond(json={})
    with client.ZoomClient(ACCESS) as zoom, pytest.raises(NotFound):
        zoom.meeting(identifier)
    assert not asked.called


def packed(content: bytes, wbits: int) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, wbits)
    return packer.compress(content) + packer.flush()


class Packed(httpx2.SyncByteStream):
    """Bytes as they come, which the stand-in does not unpack by itself."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def __iter__(self) -> Iterator[bytes]:
        yield self.content


def settings_in(zoom_says: Wire, content: bytes, coding: str) -> object:
    headers = {"Content-Type": "application/json", "Content-Encoding": coding}
    zoom_says.get(f"{API}/accounts/me/settings").respond(stream=Packed(content), headers=headers)
    with client.ZoomClient(ACCESS) as zoom:
        return zoom.account_settings()


BODY = json.dumps({"recording": {"cloud_recording": False}}).encode()


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("gzip", gzip.compress(BODY, mtime=0)),
        ("GZIP", gzip.compress(BODY, mtime=0)),
        ("x-gzip", gzip.compress(BODY, mtime=0)),
        ("gzip", gzip.compress(BODY[:9], mtime=0) + gzip.compress(BODY[9:], mtime=0)),
        ("deflate", packed(BODY, 15)),
        ("deflate", packed(BODY, -15)),
        ("identity", BODY),
    ],
)
def test_an_answer_that_is_compressed_although_nobody_asked_is_read(
    coding: str, content: bytes, zoom_says: Wire
) -> None:
    assert settings_in(zoom_says, content, coding) == json.loads(BODY)


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        ("br", BODY),
        ("gzip, gzip", gzip.compress(gzip.compress(BODY, mtime=0), mtime=0)),
        ("gzip", BODY),
        ("gzip", gzip.compress(BODY, mtime=0)[:-9]),
        ("gzip", gzip.compress(BODY, mtime=0) + b"more"),
        ("gzip", b""),
        ("gzip", gzip.compress(b"", mtime=0) * 5000),
        ("deflate", b"\xff" + packed(BODY, -15)),
    ],
)
def test_what_cannot_be_unpacked_whole_is_refused(
    coding: str, content: bytes, zoom_says: Wire
) -> None:
    with pytest.raises(BadAnswer) as raised:
        settings_in(zoom_says, content, coding)
    assert raised.value.__cause__ is raised.value.__context__ is None


@pytest.mark.parametrize("wbits", [31, 15, -15])
def test_a_small_answer_that_unfolds_to_very_much_is_refused_early(
    wbits: int, zoom_says: Wire
) -> None:
    bomb = packed(b" " * 200_000_000, wbits)
    assert len(bomb) < 300_000
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            settings_in(zoom_says, bomb, "gzip" if wbits == 31 else "deflate")
        _size, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * client.LARGEST_ANSWER


def test_many_small_members_count_together(zoom_says: Wire) -> None:
    member = gzip.compress(b" " * 1_000_000, mtime=0)
    with pytest.raises(TooLarge):
        settings_in(zoom_says, member * 6, "gzip")


class Dripping(StreamRequestHandler):
    """Send the head of an answer byte by byte, faster than any time-out for one step."""

    def handle(self) -> None:
        self.rfile.readline()
        with suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 600:
                self.wfile.write(bytes([byte]))
                time.sleep(0.05)


@pytest.fixture
def dripping() -> Iterator[str]:
    with ThreadingTCPServer(("127.0.0.1", 0), Dripping) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_an_answer_whose_head_drips_is_cut_off_in_time(dripping: str, zoom_says: Wire) -> None:
    zoom_says.passing = "127.0.0.1"
    access = client.Access("account", "client", "secret", OAUTH, f"{dripping}/v2")
    began = time.monotonic()
    with client.ZoomClient(access, patience=0, longest_call=0.5) as zoom, pytest.raises(TooSlow):
        zoom.account_settings()
    assert time.monotonic() - began < 10  # it would drip for half a minute


@pytest.mark.parametrize("left", [-1.0, 0.0])
def test_when_the_time_is_up_nothing_is_asked(left: float, zoom_says: Wire) -> None:
    asked = zoom_says.get_any().respond(json={})
    with (
        client.ZoomClient(ACCESS, give_up_at=time.monotonic() + left) as zoom,
        pytest.raises(TooSlow),
    ):
        zoom.account_settings()
    assert not asked.called


def test_nobody_waits_for_a_token_of_another_process_when_the_time_is_up(
    waits: list[float],
) -> None:
    ZoomToken.objects.create(leased_until=timezone.now() + timedelta(minutes=1))
    with (
        client.ZoomClient(ACCESS, give_up_at=time.monotonic() - 1, patience=0) as zoom,
        pytest.raises(TokenBusy),
    ):
        zoom.account_settings()
    assert waits == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", "nonsense://somebody:very-private@proxy.example"),
        ("ALL_PROXY", "socks5://somebody:very-private@proxy.example:99999"),
        ("SSL_CERT_FILE", "/absent/very-private.pem"),
    ],
)
def test_unusable_settings_of_this_server_are_one_error_without_their_values(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadEnvironment) as raised:
        client.ZoomClient(ACCESS)
    assert "very-private" not in "".join(traceback.format_exception(raised.value))
    assert raised.value.__cause__ is raised.value.__context__ is None
    assert name in raised.value.advice


def test_a_stand_in_on_loopback_ignores_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "nonsense://proxy.example")
    local = client.Access("account", "client", "secret", OAUTH, "http://127.0.0.1:1/v2")
    with client.ZoomClient(local) as zoom:
        assert isinstance(zoom._http, httpx2.Client)
