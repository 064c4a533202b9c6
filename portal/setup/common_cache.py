"""The cache of several machines, which nothing needs: while Redis is away each process has its own.

What stands there is small: which code of an app was used a moment ago, how far a check is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

# A Redis that hangs must hold up one request of a process, not each of them.
NOT_ASKED_AGAIN = 30.0  # seconds

logger = logging.getLogger(__name__)


class _Away:
    """Until when, of this process, Redis is not asked again."""

    until = 0.0


class RedisOrMemory(RedisCache):
    """Redis, or the memory of this process for as long as Redis fails or says nothing."""

    def __init__(self, server: str | list[str], params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._memory = LocMemCache("while-redis-is-away", {})

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().add, self._memory.add, *args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().get, self._memory.get, *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().set, self._memory.set, *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().touch, self._memory.touch, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().delete, self._memory.delete, *args, **kwargs)

    def get_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().get_many, self._memory.get_many, *args, **kwargs)

    def has_key(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().has_key, self._memory.has_key, *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().incr, self._memory.incr, *args, **kwargs)

    def set_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().set_many, self._memory.set_many, *args, **kwargs)

    def delete_many(self, *args: Any, **kwargs: Any) -> Any:
        return self._either(super().delete_many, self._memory.delete_many, *args, **kwargs)

    def clear(self) -> Any:
        self._memory.clear()
        return self._either(super().clear, self._memory.clear)

    def _either(
        self, ask: Callable[..., Any], memory: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        if time.monotonic() >= _Away.until:
            try:
                return ask(*args, **kwargs)
            except (RedisError, OSError) as error:
                _Away.until = time.monotonic() + NOT_ASKED_AGAIN
                # No more than its kind: the text may name the address with its password.
                logger.warning("Redis is away: %s", type(error).__name__)
        return memory(*args, **kwargs)
