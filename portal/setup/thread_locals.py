"""What Django notes for each thread, without the lock that asgiref takes for all of them.

Language, time zone and address prefixes are read for each word of a page. asgiref guards each
reading with one lock for the whole process, for the sake of code that is asynchronous: two threads
that make pages wait for each other hundreds of times a page, and each wait costs processor time.
Nothing here is asynchronous, so the thread's own storage of Python is all that is needed.
"""

from __future__ import annotations

import threading
from typing import Any

from django.urls import base
from django.utils import timezone
from django.utils.translation import trans_real

# Each is a module and its name for what a thread has set.
NOTED: tuple[tuple[Any, str], ...] = (
    (trans_real, "_active"),
    (timezone, "_active"),
    (base, "_prefixes"),
    (base, "_urlconfs"),
)


def use_own() -> None:
    """Let each thread of a server keep its notes itself; nothing may be noted yet."""
    for module, name in NOTED:
        setattr(module, name, threading.local())
