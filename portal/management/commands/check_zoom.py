"""manage.py check_zoom: read the Zoom account, compare it with our promises, record it."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from notices.firm import jobs
from notices.firm.models import JobRun
from notices.safeguards.board import timelines
from notices.safeguards.board.read_words import due_reason, read_sentence
from notices.safeguards.board.words import below_sentence, lock_sentence, state_word
from notices.safeguards.checking import (
    Recorded,
    judge,
    read_connected,
    record_reading,
)
from notices.safeguards.mails.alerts import ALERTS
from notices.safeguards.models import Finding, Safeguard, Source
from notices.safeguards.states import Situation, State
from notices.safeguards.zoom.account import Progress
from notices.safeguards.zoom.answer_files import UnreadableBundle, read_bundle
from notices.safeguards.zoom.as_json import as_json
from notices.safeguards.zoom.errors import ZoomError
from notices.safeguards.zoom.known_fields import MOST_REPORTED, NewField
from portal.staff.zoom_check import ZOOM_CHECK, check, record_meetings

ALL_ON, NOT_ALL_ON, NOT_READABLE = 0, 1, 2
# Seconds between two looks at a lease that may belong to a process that was killed.
LOOK_AGAIN = 0.5


class Command(BaseCommand):
    help = (
        "Read the Zoom account, verify and record it. Exit 0: all published safeguards read from "
        "the account are on; 1: one is off, has an exception or is unknown; 2: not readable."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from-file", metavar="FILE", help="read answers from a JSON file")
        parser.add_argument("--dry-run", action="store_true", help="record nothing")
        parser.add_argument("--json", action="store_true", help="print the verdicts as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            code = self.run_check(options["from_file"], options["dry_run"], options["json"])
        except UnreadableBundle as error:
            refuse(str(error))
        except ZoomError as error:
            refuse(f"{error.sentence} {error.advice}")
        except DatabaseError:
            refuse(_("The database does not answer."))
        if code:
            sys.exit(code)

    def run_check(self, file: str | None, dry_run: bool, as_verdicts: bool) -> int:
        """Check once and print it; return the exit code."""
        if dry_run:
            return self.only_show(file, as_verdicts)
        taken_at = self.take_turn()
        error = "interrupted"
        try:
            with jobs.holding(ZOOM_CHECK, taken_at):
                recorded = self.read_and_record(file)
            error = ""
        except (ZoomError, UnreadableBundle) as failure:
            error = type(failure).__name__
            raise
        finally:
            jobs.give_back(ZOOM_CHECK, taken_at, error)
        code = self.show(recorded, as_verdicts)
        if not as_verdicts:
            self.stdout.write(_count(recorded))
        if recorded.put_off:
            self.stderr.write(f"{recorded.put_off.sentence} {recorded.put_off.advice}")
        if jobs.run(ALERTS) is jobs.Outcome.FAILED:
            self.stderr.write(
                _("The e-mail to the reviewers could not be sent; it is tried again later.")
            )
        return code

    def only_show(self, file: str | None, as_verdicts: bool) -> int:
        """Print what a check would record, and record nothing."""
        at = timezone.now()
        seen = judge(read_bundle(Path(file))) if file else read_connected(self.progress())
        # Recorded and taken back, so that what is shown is what would be recorded.
        with transaction.atomic():
            recorded = record_reading(seen, at=at)
            code = self.show(recorded, as_verdicts)
            transaction.set_rollback(True)
        if not as_verdicts:
            self.stdout.write(_("This was a trial: nothing is recorded."))
        return code

    def read_and_record(self, file: str | None) -> Recorded:
        if not file:
            return check(self.progress())
        at = timezone.now()
        seen = judge(read_bundle(Path(file)))
        recorded = record_reading(seen, at=at, role="operator")
        record_meetings(recorded, seen)
        return recorded

    def take_turn(self) -> datetime:
        """Take the lease; one that nobody renews belongs to a check that was killed."""
        now = timezone.now()
        if jobs.take(ZOOM_CHECK, now, at_once=True):
            return now
        held = _lease()
        self.stderr.write(_("Another check is running."))
        while held and _lease() == held:
            time.sleep(LOOK_AGAIN)
            now = timezone.now()
            if jobs.take(ZOOM_CHECK, now, at_once=True):
                self.stderr.write(_("The other check was cut off. This one begins."))
                return now
        refuse(_("This check did not begin, because another one was running."))

    def progress(self) -> Progress | None:
        """Return what writes how far the reading is, on a terminal only."""
        if not self.stderr.isatty():
            return None

        def write(done: int, total: int) -> None:
            line = _("Users read: %(done)d of %(total)d") % {"done": done, "total": total}
            self.stderr.write(f"\r{line}", ending="\n" if done == total else "")

        return write

    def show(self, recorded: Recorded, as_verdicts: bool) -> int:
        """Print the states as they are now; return the exit code."""
        now = timezone.now()
        read = timelines.load_now()
        code = NOT_ALL_ON
        lines, published = [], []
        for safeguard in _read_from_account():
            situation = read.situation(safeguard, now)
            is_unread = safeguard in recorded.unread
            if situation:
                lines.append((safeguard.name, _in_words(situation, is_unread)))
            if safeguard.listed and not (situation and situation.state is State.RETIRED):
                published.append(bool(situation and situation.state is State.ON) and not is_unread)
        if published and all(published):
            code = ALL_ON
        if as_verdicts:
            shown = as_json(recorded.reading) | {"new_fields": _as_rows(recorded.new_fields)}
            self.stdout.write(json.dumps(shown, indent=2, ensure_ascii=False))
            return code
        width = max((len(name) for name, _words in lines), default=0)
        for name, words in lines:
            self.stdout.write(f"{name.ljust(width)}  {words}")
        for line in _new_fields_in_words(recorded.new_fields):
            self.stdout.write(line)
        return code


def refuse(sentence: str) -> NoReturn:
    """End with one sentence and the exit code for an account that could not be read."""
    raise CommandError(sentence, returncode=NOT_READABLE)


def _lease() -> datetime | None:
    return (
        JobRun.objects.filter(name=ZOOM_CHECK.name).values_list("leased_until", flat=True).first()
    )


def _read_from_account() -> list[Safeguard]:
    """Return what the account is read for, and what it told although people compare it."""
    by_account = Q(checked_by=Safeguard.CheckedBy.ACCOUNT) | Q(findings__source=Source.ACCOUNT)
    return list(Safeguard.objects.filter(by_account).distinct())


def _in_words(situation: Situation, is_unread: bool) -> str:
    words = [str(state_word(situation.state))]
    finding = situation.finding
    if isinstance(finding, Finding) and situation.state is not State.DUE:
        words.append(below_sentence(finding))
        words.append(str(lock_sentence(situation.lock)))
    # Why it is due names the numbers too.
    words.append(due_reason(situation) or read_sentence(finding))
    if is_unread:
        words.append(_("Could not be read now; this is the last known state."))
    return " ".join(f"{text.rstrip('.')}." for text in words if text)


def _new_fields_in_words(found: Collection[NewField]) -> Iterator[str]:
    """Yield what the answers hold that the map does not know; first what may capture."""
    if not found:
        return
    yield _("Zoom's answers hold fields that the map does not know:")
    for field in sorted(found, key=lambda one: (not one.may_capture, one))[:MOST_REPORTED]:
        words = _("may capture something and is not off") if field.may_capture else ""
        yield f"  {field.level}: {field.path}" + (f" – {words}" if words else "")


def _as_rows(found: Collection[NewField]) -> list[dict[str, object]]:
    return [asdict(field) for field in sorted(found)[:MOST_REPORTED]]


def _count(recorded: Recorded) -> str:
    count = len(recorded.findings)
    return ngettext(
        "Recorded: %(count)d new finding.", "Recorded: %(count)d new findings.", count
    ) % {"count": count}
