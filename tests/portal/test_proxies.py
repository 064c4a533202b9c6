"""The shipped proxy examples at work, in front of a portal that answers and of one that is away."""

from __future__ import annotations

import http.client
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings

from tests.servers import free_port

DEPLOY = Path(settings.BASE_DIR) / "portal" / "deploy"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
CADDY = shutil.which("caddy")
HOST = "datenschutz.example.de"
AWAY = {"de": "Wir sind gleich wieder da.", "en": "We will be back in a moment."}


class Proxy:
    """A proxy that runs; `upstream` is where it looks for the portal."""

    def __init__(self, port: int, *, secure: bool, logs: Path) -> None:
        self.port, self.secure, self.logs = port, secure, logs

    def ask(
        self, path: str, host: str = HOST, body: bytes = b"", port: int = 0
    ) -> http.client.HTTPResponse:
        connection: http.client.HTTPConnection
        if self.secure and not port:
            trusting = ssl._create_unverified_context()  # noqa: S323 - made for this test
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, context=trusting, timeout=10
            )
        else:
            connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        connection.request("POST" if body else "GET", path, body or None, {"Host": host})
        return connection.getresponse()

    def said(self) -> str:
        """Return all that it wrote anywhere."""
        return "".join(
            file.read_text("utf-8", "replace")
            for file in self.logs.rglob("*")
            if file.is_file() and file.suffix == ".log"
        )


@contextmanager
def started(command: list[str], port: int, logs: Path) -> Iterator[None]:
    with (logs / "terminal.log").open("wb") as terminal:
        process = subprocess.Popen(
            command, stdout=terminal, stderr=terminal, env={"HOME": str(logs), "PATH": "/usr/bin"}
        )
        try:
            for _ in range(200):
                with suppress(OSError), closing(http.client.HTTPConnection("127.0.0.1", port)) as p:
                    p.connect()
                    break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def nginx(folder: Path, upstream: int, errors: Path) -> Iterator[Proxy]:
    plain, secure = free_port(), free_port()
    key, certificate = folder / "key.pem", folder / "cert.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x"]
    made += ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run(made, check=True, capture_output=True)
    site = (DEPLOY / "nginx.conf").read_text("utf-8")
    live = f"/etc/letsencrypt/live/{HOST}"
    for old, new in (
        (f"{live}/fullchain.pem", str(certificate)),
        (f"{live}/privkey.pem", str(key)),
        ("/var/cache/nginx-lupe", f"{folder}/lupe"),
        ("/var/cache/lupe/errors", str(errors)),
        ("http://127.0.0.1:8000", f"http://127.0.0.1:{upstream}"),
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl http2;", f"listen 127.0.0.1:{secure} ssl http2;"),
    ):
        assert old in site
        site = site.replace(old, new)
    site = re.sub(r"listen \[::\].*;", "", site)
    (folder / "site.conf").write_text(site)
    whole = folder / "nginx.conf"
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole.write_text(
        f"user root; daemon off; pid {folder}/pid; error_log {folder}/start.log; events {{}}\n"
        f"http {{ {temporary} access_log {folder}/access.log; include {folder}/site.conf; }}"
    )
    with started([str(NGINX), "-c", str(whole)], secure, folder):
        proxy = Proxy(secure, secure=True, logs=folder)
        redirect = proxy.ask("/de/treffen/k0m1q9xw2p/", "evil.example", port=plain)
        assert redirect.status == 301
        assert redirect.headers["Location"] == f"https://{HOST}/de/treffen/k0m1q9xw2p/"
        for machine in ("/api/safeguards.json", "/hooks/zoom/"):
            assert proxy.ask(machine, port=plain).status == 403
        yield proxy


@contextmanager
def caddy(folder: Path, upstream: int, errors: Path) -> Iterator[Proxy]:
    port = free_port()
    site = (DEPLOY / "Caddyfile").read_text("utf-8")
    for old, new in (
        ("{$DOMAIN:datenschutz.example.de}", f"http://{HOST}:{port}"),
        ("{$PORTAL:127.0.0.1:8000}", f"127.0.0.1:{upstream}"),
        ("{$ERRORS:/var/cache/lupe/errors}", str(errors)),
        ("{\n\tservers", "{\n\tadmin off\n\tservers"),
    ):
        assert old in site
        site = site.replace(old, new)
    file = folder / "Caddyfile"
    file.write_text(site)
    command = [str(CADDY), "run", "--adapter", "caddyfile", "--config", str(file)]
    with started(command, port, folder):
        yield Proxy(port, secure=False, logs=folder)


@pytest.fixture(
    params=[
        pytest.param(nginx, marks=pytest.mark.skipif(not NGINX, reason="no nginx here")),
        pytest.param(caddy, marks=pytest.mark.skipif(not CADDY, reason="no Caddy here")),
    ],
    ids=["nginx", "Caddy"],
)
def begin(request: pytest.FixtureRequest) -> Callable[..., object]:
    found: Callable[..., object] = request.param
    return found


@pytest.fixture
def errors(tmp_path: Path) -> Path:
    folder = tmp_path / "errors"
    folder.mkdir()
    for language, words in AWAY.items():
        (folder / f"503.{language}.html").write_text(f"<h1>{words}</h1>", "utf-8")
    return folder


class Echo(BaseHTTPRequestHandler):
    """A portal that says how it was asked."""

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        body = "\n".join(f"{name}: {value}" for name, value in self.headers.items()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_words: object) -> None:
        pass


@pytest.mark.processes
def test_while_the_portal_is_away_its_own_page_says_so(
    begin: Callable[..., object], tmp_path: Path, errors: Path
) -> None:
    with begin(tmp_path, free_port(), errors) as proxy:  # type: ignore[attr-defined]
        for path, language in (("/de/treffen/k0m1q9xw2p/", "de"), ("/en/safeguards/", "en")):
            answer = proxy.ask(path)
            assert (answer.status, answer.headers["Retry-After"]) == (503, "30")
            assert answer.headers["Cache-Control"] == "no-store"
            assert AWAY[language] in answer.read().decode()
        said = proxy.said().lower()
    assert "k0m1q9xw2p" not in said
    assert "127.0.0.1:" not in re.sub(r".*(listen|start|server running).*", "", said)


@pytest.mark.processes
def test_it_hands_on_what_the_portal_needs_and_nothing_that_it_must_not_see(
    begin: Callable[..., object], tmp_path: Path, errors: Path
) -> None:
    portal = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    Thread(target=portal.serve_forever, daemon=True).start()
    try:
        with begin(tmp_path, portal.server_port, errors) as proxy:  # type: ignore[attr-defined]
            seen = proxy.ask("/de/").read().decode().lower()
            assert f"host: {HOST}" in seen
            assert "x-forwarded-proto:" in seen
            assert proxy.ask("/metrics").status == 404
            assert proxy.ask("/de/", body=b"x" * 300_000).status == 413
            assert proxy.ask("/admin/", body=b"x" * 300_000).status == 200
    finally:
        portal.shutdown()
