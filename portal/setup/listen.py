"""Where the portal listens, read from the environment by `serve` and by gunicorn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from portal.setup import env

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Listening:
    host: str
    port: int
    workers: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Listening:
        """Read HOST, PORT and WEB_CONCURRENCY."""
        return cls(
            host=env.read(environment, "HOST", "127.0.0.1").strip("[]"),
            port=env.number(environment, "PORT", default=8000, least=1, most=65535),
            workers=env.number(environment, "WEB_CONCURRENCY", default=2, least=1, most=64),
        )

    @property
    def bind(self) -> str:
        """Return the address in gunicorn's spelling."""
        return f"{self._bracketed()}:{self.port}"

    @property
    def url(self) -> str:
        """Return the address to open; passkeys need a name, so a loopback is `localhost`."""
        host = "localhost" if self.host in LOOPBACK else self._bracketed()
        return f"http://{host}:{self.port}"

    def _bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host
