"""In which order Zoom shows its account settings, and where each page of them is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from notices.safeguards.models import Safeguard

SETTINGS = "https://zoom.us/account/setting"
MEETING = f"{SETTINGS}?tab=meeting"
RECORDING = f"{SETTINGS}?tab=recording"
TELEPHONE = f"{SETTINGS}?tab=telephone"
CHAT = "https://zoom.us/account/imsettings"


@dataclass(frozen=True, slots=True)
class ZoomPage:
    """One heading of Zoom's settings: the way to it in words, its address, our keys in order."""

    title: Promise
    address: str
    keys: tuple[str, ...]


# As of November 2026, from memory. Zoom opens a tab by its address, never a single setting.
PAGES = (
    ZoomPage(
        pgettext_lazy("Zoom", "Meeting › Security"),
        MEETING,
        ("waiting_room", "password", "account_not_required", "join_without_end_to_end"),
    ),
    ZoomPage(
        pgettext_lazy("Zoom", "Meeting › Schedule meeting"),
        MEETING,
        ("host_camera_at_start", "camera_at_start", "phone_join"),
    ),
    ZoomPage(
        pgettext_lazy("Zoom", "Meeting › In meeting (basic)"),
        MEETING,
        ("feedback_to_zoom", "screen_sharing", "remote_control"),
    ),
    ZoomPage(
        pgettext_lazy("Zoom", "Meeting › In meeting (advanced)"),
        MEETING,
        (
            *("saved_captions", "far_end_camera_control", "live_streaming", "browser_join"),
            *("data_centre_regions", "cdn", "integrations", "office365_access"),
        ),
    ),
    ZoomPage(
        pgettext_lazy("Zoom", "Recording"),
        RECORDING,
        ("local_recording", "cloud_recording", "automatic_capture", "recording_bots"),
    ),
    ZoomPage(pgettext_lazy("Zoom", "Audio conferencing"), TELEPHONE, ("phone_masked",)),
    ZoomPage(pgettext_lazy("Zoom", "AI Companion"), SETTINGS, ("ai_features", "ai_notes")),
    ZoomPage(pgettext_lazy("Zoom", "Team Chat"), CHAT, ("chat_encryption", "company_contacts")),
)
OTHERS = ZoomPage(pgettext_lazy("Zoom", "Elsewhere at Zoom"), SETTINGS, ())


def in_zooms_order(
    safeguards: Iterable[Safeguard],
) -> Iterator[tuple[ZoomPage, list[Safeguard]]]:
    """Yield the pages that hold one of `safeguards`; what no page names comes last."""
    known = {one.key: one for one in safeguards}
    for page in PAGES:
        if found := [known.pop(key) for key in page.keys if key in known]:
            yield page, found
    if known:
        yield OTHERS, list(known.values())
