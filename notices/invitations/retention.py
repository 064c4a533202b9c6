"""When the firm's period is over, a meeting's own data go; its code and its day remain."""

from __future__ import annotations

import calendar
from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from notices.firm import audit
from notices.firm.days import BERLIN
from notices.firm.languages import REQUIRED, columns
from notices.firm.models import Organisation

from .models import Meeting, MeetingErasure, Minutes

# One run of the job stays short; the next one goes on.
AT_ONCE = 500


def due_at(ends_at: datetime, months: int) -> datetime:
    """Return the moment `months` after the end, at the same time of day in Berlin."""
    local = ends_at.astimezone(BERLIN)
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def erase_due() -> int:
    """Erase the meetings whose period is over; return how many."""
    months = Organisation.objects.current().meeting_retention_months
    now = timezone.now()
    past = Meeting.objects.kept().filter(ends_at__lte=now).order_by("ends_at")
    erased = 0
    for meeting in past[:AT_ONCE]:
        if due_at(meeting.ends_at, months) > now:
            break  # those after it ended later
        erase(meeting, due_at(meeting.ends_at, months))
        erased += 1
    return erased


@transaction.atomic
def erase(meeting: Meeting, due: datetime) -> None:
    """Erase what is the meeting's own and record that, in this order of the triggers."""
    MeetingErasure.objects.create(meeting=meeting, due_at=due)
    meeting.adjustments.all().delete()
    meeting.findings.all().delete()
    Minutes.objects.filter(meeting=meeting).delete()
    kind = ContentType.objects.get_for_model(Meeting)
    LogEntry.objects.filter(content_type=kind, object_id=str(meeting.pk)).delete()
    for column in (*columns("title", "place"), "zoom_meeting_id_encrypted"):
        setattr(meeting, column, "")
    meeting.moved_from = meeting.cancelled_at = None
    meeting.firm = meeting.community = meeting.provider = None
    meeting.browser = meeting.phone = meeting.app = True
    meeting.language = REQUIRED
    meeting.sequence = 0
    # Past `save`, which knows of no exception; the database knows this one. Not by `update`:
    # modeltranslation would leave the title's own column as it was.
    meeting.save_base(force_update=True)
    audit.record(audit.Act.MEETING_ERASED, meeting.audit_name())
