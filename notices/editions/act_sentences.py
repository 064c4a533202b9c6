"""What staff are told when an edition cannot take a step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from notices.firm.languages import name_of

from . import drafting, publishing
from .review import correction_offers, seen

SENTENCES = {
    publishing.NotADraft: _("This edition is no longer a draft."),
    publishing.NotInReview: _("This edition is not waiting for approval."),
    publishing.SameAuthorAndReviewer: _(
        "You wrote this edition. Another person has to approve it."
    ),
    publishing.InForceTooEarly: _("An edition cannot be in force before it is published."),
    publishing.TranslationNotCurrent: _(
        "Missing or older than the German text: %(names)s. "
        "Please tick below that it is to be published so, or return it."
    ),
    publishing.NamesSample: _(
        "This text still names the sample firm. Please enter your own details first."
    ),
    publishing.ClaimsNeedReasons: _(
        "Please write a reason for each of these safeguards: %(names)s"
    ),
    publishing.NotPublished: _("This edition is not published yet."),
    publishing.NotTheNewestRow: _("This edition was corrected. Please take its newest correction."),
    publishing.AlreadyWithdrawn: _("This edition was withdrawn already."),
    publishing.NoLongerInForce: _(
        "A later edition is in force. Correcting this one changes nothing."
    ),
    publishing.TextChanged: _(
        "The text was changed since you opened this page. Please read it once more."
    ),
    publishing.ReasonMissing: _("Please tell readers why, in German at least."),
    publishing.CommentMissing: _("Please tell the author what is missing."),
    correction_offers.DoesNotFit: _(
        "These words do not stand in the draft like that. Please correct by hand."
    ),
    seen.NothingToSee: _(
        "You made this correction, or it is none. Another person has to look at it."
    ),
    drafting.NotYours: _("You did not write this edition, so you cannot take it back."),
    drafting.DraftIsOpen: _("There is a draft already. Finish or delete it first."),
    publishing.ChangesTheMeaning: _(
        "This is more than a typing error, so a second person has to approve it."
    ),
}


def sentence(error: publishing.PublishingError) -> str:
    """Return what staff are told about `error`."""
    words = str(SENTENCES[type(error)])
    if isinstance(error, publishing.ClaimsNeedReasons):
        return words % {"names": error.names}
    if isinstance(error, publishing.TranslationNotCurrent):
        return words % {"names": ", ".join(map(name_of, error.languages))}
    return words
