"""What readers of a meeting's page see never lets a stranger into the meeting."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from notices.firm.languages import columns
from notices.lib.join_secrets import Giveaway, giveaway

EXPLANATIONS = {
    Giveaway.JOIN_LINK: _(
        "This link lets anybody into the meeting, and this text is public. "
        "Put the link into your invitation and take it out here."
    ),
    Giveaway.MEETING_ID: _(
        "“%(found)s” looks like a meeting ID, and this text is public. Put the ID into your "
        "invitation and take it out here. A phone number is recognised by its 0 or +."
    ),
    Giveaway.PASSCODE: _(
        "“%(found)s” looks like a password, and this text is public. "
        "Put the password into your invitation and take it out here."
    ),
    Giveaway.EMAIL: _(
        "“%(found)s” looks like an e-mail address, and this text is public. "
        "The page already names your firm’s contact; take the address out here."
    ),
}


def refuse_giveaway(text: str | None) -> None:
    """Raise a ValidationError that explains what `text` gives away (a validator of fields)."""
    if found := giveaway(text or ""):
        kind, words = found
        raise ValidationError(EXPLANATIONS[kind], code=kind.value, params={"found": words[:60]})


class PublicTexts(models.Model):
    """A row whose public texts are checked when it is saved, whoever saves it.

    The fields carry the same rule as a validator, for forms and `full_clean`.
    """

    public_texts: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        errors = {}
        only = kwargs.get("update_fields")
        for column in self.public_columns():
            if only is not None and column not in only:
                continue
            try:
                refuse_giveaway(getattr(self, column))
            except ValidationError as error:
                errors[column] = error
        if errors:
            raise ValidationError(errors)
        super().save(*args, **kwargs)

    def public_columns(self) -> list[str]:
        return [column for name in self.public_texts for column in (name, *columns(name))]

    def withhold_giveaways(self) -> None:
        """Empty, on this object only, what came past `save` (by raw SQL) and must not be shown."""
        # The languages first: the bare name reads the one of the page.
        for column in reversed(self.public_columns()):
            if giveaway(getattr(self, column) or ""):
                setattr(self, column, "")
