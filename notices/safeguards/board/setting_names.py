"""What Zoom calls the settings of our map, and the values they can take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

# By the dotted path of the field, as the map and what was kept of an answer name it.
NAMES: Final[Mapping[str, Promise]] = {
    "recording.cloud_recording": pgettext_lazy("Zoom", "Cloud recording"),
    "recording.local_recording": pgettext_lazy("Zoom", "Local recording"),
    "recording.auto_recording": pgettext_lazy("Zoom", "Automatic recording"),
    "recording.archive.enable": pgettext_lazy("Zoom", "Meeting archiving"),
    "recording.allow_cmr_3rd_party_bot": pgettext_lazy("Zoom", "Recording by third-party bots"),
    "recording.durable_meeting_transcript": pgettext_lazy("Zoom", "Durable meeting transcript"),
    "recording.smart_recording.create_recording_highlights": pgettext_lazy(
        "Zoom", "Smart recording: highlights"
    ),
    "recording.smart_recording.create_smart_chapters": pgettext_lazy(
        "Zoom", "Smart recording: chapters"
    ),
    "recording.smart_recording.create_next_steps": pgettext_lazy(
        "Zoom", "Smart recording: next steps"
    ),
    "integration.google_calendar": pgettext_lazy("Zoom", "Google Calendar"),
    "integration.google_drive": pgettext_lazy("Zoom", "Google Drive"),
    "integration.dropbox": pgettext_lazy("Zoom", "Dropbox"),
    "integration.box": pgettext_lazy("Zoom", "Box"),
    "integration.microsoft_one_drive": pgettext_lazy("Zoom", "Microsoft OneDrive"),
    "schedule_meeting.host_video": pgettext_lazy("Zoom", "Host video"),
    "schedule_meeting.participant_video": pgettext_lazy("Zoom", "Participants video"),
    "schedule_meeting.audio_type": pgettext_lazy("Zoom", "Audio type"),
    "schedule_meeting.require_password_for_scheduling_new_meetings": pgettext_lazy(
        "Zoom", "Require a passcode when scheduling new meetings"
    ),
    "schedule_meeting.require_password_for_instant_meetings": pgettext_lazy(
        "Zoom", "Require a passcode for instant meetings"
    ),
    "schedule_meeting.require_password_for_pmi_meetings": pgettext_lazy(
        "Zoom", "Require a passcode for personal meeting ID (PMI)"
    ),
    "meeting_security.meeting_password": pgettext_lazy("Zoom", "Meeting passcode"),
    "meeting_security.pmi_password": pgettext_lazy("Zoom", "Personal meeting ID (PMI) passcode"),
    "meeting_security.phone_password": pgettext_lazy(
        "Zoom", "Require passcode for participants joining by phone"
    ),
    "meeting_security.require_password_for_scheduled_meeting": pgettext_lazy(
        "Zoom", "Require a passcode for meetings which have already been scheduled"
    ),
    "meeting_security.waiting_room": pgettext_lazy("Zoom", "Waiting room"),
    "meeting_security.waiting_room_settings.participants_to_place_in_waiting_room": pgettext_lazy(
        "Zoom", "Who should go in the waiting room?"
    ),
    "meeting_security.encryption_type": pgettext_lazy("Zoom", "Encryption type"),
    "meeting_authentication": pgettext_lazy("Zoom", "Only authenticated users can join meetings"),
    "in_meeting.feedback": pgettext_lazy("Zoom", "Feedback to Zoom"),
    "in_meeting.remote_control": pgettext_lazy("Zoom", "Remote control"),
    "in_meeting.far_end_camera_control": pgettext_lazy("Zoom", "Far end camera control"),
    "in_meeting.who_can_share_screen": pgettext_lazy("Zoom", "Who can share?"),
    "in_meeting.screen_sharing": pgettext_lazy("Zoom", "Screen sharing"),
    "in_meeting.show_a_join_from_your_browser_link": pgettext_lazy(
        "Zoom", "Show a “Join from your browser” link"
    ),
    "in_meeting.meeting_summary_with_ai_companion.enable": pgettext_lazy("Zoom", "Meeting summary"),
    "in_meeting.meeting_summary_with_ai_companion.auto_enable": pgettext_lazy(
        "Zoom", "Start the meeting summary automatically"
    ),
    "in_meeting.ai_companion_questions.enable": pgettext_lazy("Zoom", "Meeting questions"),
    "in_meeting.allow_participants_to_transcribe_meetings_with_my_notes": pgettext_lazy(
        "Zoom", "“My Notes” for participants"
    ),
    "in_meeting.custom_data_center_regions": pgettext_lazy("Zoom", "Customise data centre regions"),
    "in_meeting.data_center_regions": pgettext_lazy("Zoom", "Selected data centre regions"),
    "in_meeting.manual_captioning.save_captions": pgettext_lazy("Zoom", "Save captions"),
    "in_meeting.manual_captioning.full_transcript": pgettext_lazy("Zoom", "Full transcript"),
    "in_meeting.closed_captioning.save_caption": pgettext_lazy(
        "Zoom", "Save captions (closed captioning)"
    ),
    "in_meeting.closed_captioning.view_full_transcript": pgettext_lazy(
        "Zoom", "Full transcript (closed captioning)"
    ),
    "in_meeting.allow_live_streaming": pgettext_lazy("Zoom", "Allow livestreaming of meetings"),
    "other_options.use_cdn": pgettext_lazy("Zoom", "Use of content delivery networks (CDN)"),
    "chat.ai_summary.enable": pgettext_lazy("Zoom", "AI in Team Chat: summary"),
    "chat.ai_compose.enable": pgettext_lazy("Zoom", "AI in Team Chat: compose"),
    "chat.ai_quick_reply": pgettext_lazy("Zoom", "AI in Team Chat: quick replies"),
    "chat.ai_recommend": pgettext_lazy("Zoom", "AI in Team Chat: recommendations"),
    "chat.ai_sentence_completion": pgettext_lazy("Zoom", "AI in Team Chat: sentence completion"),
}

# Of these the words are Zoom's own, in every language of the site: as its help pages write them,
# or the name of a product. What the others are called we do not know everywhere.
ZOOMS_OWN: Final = frozenset(
    {
        *("recording.cloud_recording", "recording.auto_recording", "meeting_security.waiting_room"),
        *("integration.google_calendar", "integration.google_drive", "integration.dropbox"),
        *("integration.box", "integration.microsoft_one_drive"),
    }
)

_SHARERS = {
    "host": pgettext_lazy("Zoom", "host only"),
    "all": pgettext_lazy("Zoom", "all participants"),
}
# What the values mean that are neither on nor off.
VALUES: Final[Mapping[str, Mapping[Any, Promise]]] = {
    "recording.auto_recording": {
        "none": pgettext_lazy("Zoom", "none"),
        "local": pgettext_lazy("Zoom", "on the computer"),
        "cloud": pgettext_lazy("Zoom", "in the cloud"),
    },
    "in_meeting.who_can_share_screen": _SHARERS,
    "other_options.use_cdn": {
        "none": pgettext_lazy("Zoom", "none"),
        "default": pgettext_lazy("Zoom", "default"),
        "wangsu": pgettext_lazy("Zoom", "Wangsu"),
    },
    "schedule_meeting.require_password_for_pmi_meetings": {
        "all": pgettext_lazy("Zoom", "all meetings"),
        "jbh_only": pgettext_lazy("Zoom", "only meetings with joining before the host"),
        "none": pgettext_lazy("Zoom", "none"),
    },
    "schedule_meeting.audio_type": {
        "both": pgettext_lazy("Zoom", "telephone and computer"),
        "telephony": pgettext_lazy("Zoom", "telephone"),
        "voip": pgettext_lazy("Zoom", "computer"),
        "thirdParty": pgettext_lazy("Zoom", "third party"),
    },
    "meeting_security.encryption_type": {
        "enhanced_encryption": pgettext_lazy("Zoom", "enhanced encryption"),
        "e2ee": pgettext_lazy("Zoom", "end-to-end encryption"),
    },
    "meeting_security.waiting_room_settings.participants_to_place_in_waiting_room": {
        0: pgettext_lazy("Zoom", "everyone"),
        1: pgettext_lazy("Zoom", "users outside the account"),
        2: pgettext_lazy("Zoom", "users outside the account and the allowed domains"),
    },
}


def setting_name(path: str) -> str:
    """Return Zoom's name of a setting, or ours; one without a name keeps its path."""
    return str(NAMES.get(path, path))


def is_our_name(path: str) -> bool:
    """Say whether the words are ours, because Zoom's are not known in every language."""
    return path in NAMES and path not in ZOOMS_OWN


def quoted(path: str) -> str:
    """Return the name as it is quoted, with Zoom's field beside it where the words are ours."""
    name = _("“%(name)s”") % {"name": setting_name(path)}
    return f"{name} ({path})" if is_our_name(path) else name


def value_word(path: str, value: object) -> str:
    """Return a value of a setting in words."""
    if isinstance(value, bool):
        return pgettext("Zoom", "on") if value else pgettext("Zoom", "off")
    if isinstance(value, list):
        return ", ".join(value_word(path, one) for one in value)
    return str(VALUES.get(path, {}).get(value, value))
