"""What every answer has in common."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from portal.middleware import WAS_FORWARDED, trust_forwarded

PROXIES = [ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("fd00::/8")]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
STATIC = "/static/admin/css/base.css"


def environ(sender: str, **headers: str) -> dict[str, Any]:
    return {"REMOTE_ADDR": sender, "HTTP_HOST": "inside", "wsgi.url_scheme": "http", **headers}


@pytest.mark.parametrize("sender", ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1"])
def test_a_trusted_proxy_says_how_the_reader_came(sender: str) -> None:
    seen = environ(sender, HTTP_X_FORWARDED_PROTO="https", HTTP_X_FORWARDED_HOST="example.de")
    trust_forwarded(seen, PROXIES)
    assert seen == {
        "REMOTE_ADDR": sender,
        "HTTP_HOST": "example.de",
        "wsgi.url_scheme": "https",
        WAS_FORWARDED: True,
    }


@pytest.mark.parametrize("sender", ["192.0.2.7", "", "not an address"])
def test_nobody_else_is_believed(sender: str) -> None:
    seen = environ(
        sender,
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="evil.example",
        HTTP_X_FORWARDED_FOR="10.0.0.1",
        HTTP_X_FORWARDED_PORT="443",
        HTTP_FORWARDED="host=evil.example",
    )
    trust_forwarded(seen, PROXIES)
    assert seen == {**environ(sender), WAS_FORWARDED: True}


def test_what_the_nearest_proxy_added_counts() -> None:
    seen = environ("10.0.0.1", HTTP_X_FORWARDED_PROTO="https, http")
    trust_forwarded(seen, PROXIES)
    assert seen["wsgi.url_scheme"] == "http"


def test_an_odd_scheme_is_ignored() -> None:
    seen = environ("10.0.0.1", HTTP_X_FORWARDED_PROTO="javascript")
    trust_forwarded(seen, PROXIES)
    assert seen["wsgi.url_scheme"] == "http"


@pytest.mark.parametrize(
    ("path", "status"), [(STATIC, 200), ("/admin/login/", 200), ("/no/such/page", 404)]
)
@pytest.mark.django_db
def test_the_headers_are_on_every_answer(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert_headers(response)


@pytest.mark.django_db
def test_the_headers_are_on_the_answer_to_an_unknown_host(client: Client) -> None:
    response = client.get("/admin/login/", headers={"host": "unknown.example"})
    assert response.status_code == 400
    assert_headers(response)


def test_the_headers_are_on_the_redirect_to_https(client: Client, settings: Settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    response = client.get(STATIC)
    assert (response.status_code, response["Location"]) == (301, f"https://testserver{STATIC}")
    assert_headers(response)


@pytest.mark.parametrize("path", ["/api/safeguards.json", "/api/openapi.json", "/hooks/zoom/"])
def test_programs_without_https_are_refused_and_not_redirected(
    client: Client, settings: Settings, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    for response in (client.get(path), client.post(path, "{}", "application/json")):
        assert response.status_code == 403
        assert "Location" not in response.headers
        assert_headers(response)


def test_https_behind_a_trusted_proxy_is_not_redirected_and_has_hsts(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 60
    settings.TRUSTED_PROXIES = [ipaddress.ip_network("127.0.0.1")]
    response = client.get(STATIC, headers={"x-forwarded-proto": "https"})
    assert response.status_code == 200
    assert response["Strict-Transport-Security"].startswith("max-age=60")


def assert_headers(response: Any) -> None:
    assert {name: response.get(name) for name in HEADERS} == HEADERS
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "camera=()" in response["Permissions-Policy"]
    assert not response.cookies or response.wsgi_request.path.startswith("/admin/")


@pytest.mark.parametrize("method", ["TRACE", "PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/admin/login/", STATIC, "/"])
def test_unusual_methods_are_refused_everywhere(client: Client, method: str, path: str) -> None:
    response = client.generic(method, path)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST"
    assert_headers(response)


@pytest.mark.django_db
def test_staff_pages_are_german_whatever_the_browser_prefers(client: Client) -> None:
    response = client.get("/admin/login/", headers={"accept-language": "en"})
    assert response["Content-Language"] == "de"
    assert "Passwort" in response.content.decode()
