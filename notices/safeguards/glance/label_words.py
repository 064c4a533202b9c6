"""The short words of the label: what a safeguard is about, and its value as readers would say it.

A value stands under its name: "Recording: off", never "Recording: on" for a protection that is on.
What staff added has no words here; its own name and the word of its state stand for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import pgettext_lazy

from notices.firm.languages import Localised, current, localised

from ..board.words import state_word
from ..models import Safeguard
from ..states import State


@dataclass(frozen=True, slots=True)
class Values:
    """What stands under a name while the protection is on, on with an exception, and off."""

    on: str | Lazy
    exception: str | Lazy
    off: str | Lazy

    def of(self, state: State) -> str:
        """Return the value in one state; what is not known or gone has only its own word."""
        known = {State.ON: self.on, State.EXCEPTION: self.exception, State.OFF: self.off}
        return str(known[state]) if state in known else state_word(state)


OFF = Values(
    pgettext_lazy("label", "off"),
    pgettext_lazy("label", "off, with an exception"),
    pgettext_lazy("label", "on"),
)
ON = Values(
    pgettext_lazy("label", "on"),
    pgettext_lazy("label", "on, with an exception"),
    pgettext_lazy("label", "off"),
)
SHUT = Values(
    pgettext_lazy("label", "shut out"),
    pgettext_lazy("label", "shut out, with an exception"),
    pgettext_lazy("label", "allowed"),
)
ALWAYS = Values(
    pgettext_lazy("label", "always"),
    pgettext_lazy("label", "always, with an exception"),
    pgettext_lazy("label", "not always"),
)
HIDDEN = Values(
    pgettext_lazy("label", "hidden"),
    pgettext_lazy("label", "hidden, with an exception"),
    pgettext_lazy("label", "visible"),
)
SEPARATE = Values(
    pgettext_lazy("label", "separate"),
    pgettext_lazy("label", "separate, with an exception"),
    pgettext_lazy("label", "connected"),
)
LEADER = Values(
    pgettext_lazy("label", "only the host"),
    pgettext_lazy("label", "only the host, with an exception"),
    pgettext_lazy("label", "everyone"),
)
IN_EU = Values(
    pgettext_lazy("label", "only in the EU"),
    pgettext_lazy("label", "in the EU, with an exception"),
    pgettext_lazy("label", "also outside the EU"),
)
NONE_NEW = Values(
    pgettext_lazy("label", "none unknown"),
    pgettext_lazy("label", "none unknown, with an exception"),
    pgettext_lazy("label", "unknown ones"),
)

WORDS: Mapping[str, tuple[str | Lazy, Values]] = {
    "cloud_recording": (pgettext_lazy("label", "Recording at Zoom"), OFF),
    "local_recording": (pgettext_lazy("label", "Recording on devices"), OFF),
    "automatic_capture": (pgettext_lazy("label", "Automatic recording"), OFF),
    "saved_captions": (pgettext_lazy("label", "Saving captions"), OFF),
    "live_streaming": (pgettext_lazy("label", "Live on the internet"), OFF),
    "ai_features": (pgettext_lazy("label", "Summary by AI"), OFF),
    "ai_notes": (pgettext_lazy("label", "Notes by AI"), OFF),
    "recording_bots": (pgettext_lazy("label", "Outside recorders"), SHUT),
    "new_settings": (pgettext_lazy("label", "New ways to record"), NONE_NEW),
    "camera_at_start": (pgettext_lazy("label", "Camera at the start"), OFF),
    "host_camera_at_start": (pgettext_lazy("label", "Host’s camera at the start"), OFF),
    "far_end_camera_control": (pgettext_lazy("label", "Remote camera control"), OFF),
    "remote_control": (pgettext_lazy("label", "Remote device control"), OFF),
    "screen_sharing": (pgettext_lazy("label", "Showing the screen"), LEADER),
    "password": (pgettext_lazy("label", "Password"), ALWAYS),
    "waiting_room": (pgettext_lazy("label", "Waiting room"), ON),
    "chat_encryption": (pgettext_lazy("label", "Encrypted chat"), ON),
    "company_contacts": (pgettext_lazy("label", "Company contacts"), HIDDEN),
    "integrations": (pgettext_lazy("label", "Google, Dropbox and others"), SEPARATE),
    "office365_access": (pgettext_lazy("label", "Office 365"), SEPARATE),
    "cdn": (pgettext_lazy("label", "Outside networks"), OFF),
    "feedback_to_zoom": (pgettext_lazy("label", "Feedback to Zoom"), OFF),
    "data_centre_regions": (pgettext_lazy("label", "Data centres"), IN_EU),
}


def name_of(safeguard: Safeguard) -> Localised:
    """Return the short name of what a safeguard is about."""
    words = WORDS.get(safeguard.key)
    if words is None:
        return localised(safeguard, "name")
    return Localised(str(words[0]), current(), is_missing=False)


def value_of(safeguard: Safeguard, state: State) -> str:
    """Return the value under that name."""
    words = WORDS.get(safeguard.key)
    return words[1].of(state) if words else state_word(state)
