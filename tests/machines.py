"""Several machines at work on one database at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from django.db import connection, connections


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """Do each act on a machine of its own, all at the same moment.

    Wants the fixture `file_database`. What an act raises is raised here.
    """
    ready = Barrier(len(acts))
    errors: list[BaseException] = []

    def machine(act: Callable[[], object]) -> None:
        try:
            # Connecting takes longer than the race that is to be seen.
            connection.ensure_connection()
            ready.wait(timeout=30)
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    machines = [Thread(target=machine, args=(act,)) for act in acts]
    for one in machines:
        one.start()
    for one in machines:
        one.join(timeout=60)
    if errors:
        raise errors[0]
