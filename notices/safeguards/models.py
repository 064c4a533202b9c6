"""Safeguards, the words for them, and three append-only timelines: nothing else decides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from notices.firm.freezing import AppendOnly
from notices.firm.slugs import KeepsOldSlugs

from .states import Lock as LockValue
from .states import Verdict as VerdictValue


class Safeguard(KeepsOldSlugs):
    """One Zoom setting that protects people."""

    slug_kind = "safeguard"

    class Group(models.TextChoices):
        RECORDING = "recording", _("Is anything recorded?")
        SEEN = "seen", _("What can others see of me?")
        ACCESS = "access", _("Who can get in?")
        READING = "reading", _("Who can read along?")
        DATA = "data", _("Where does my data go?")

    class CheckedBy(models.TextChoices):
        ACCOUNT = "account", _("read from the Zoom account")
        HAND = "hand", _("compared by hand")

    key = models.SlugField(_("key"), max_length=40, unique=True)
    slug = models.SlugField(_("address on the page"), max_length=60)
    group = models.CharField(_("group"), max_length=10, choices=Group)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    letter_item = models.PositiveSmallIntegerField(
        _("item in the founding letter"), null=True, blank=True, unique=True
    )
    name = models.CharField(_("name"), max_length=80)
    zoom_name = models.CharField(_("Zoom's name of the setting"), max_length=120)
    listed = models.BooleanField(_("listed on the safeguards page"), default=True)
    checked_by = models.CharField(_("how it is checked"), max_length=10, choices=CheckedBy)
    max_age_days = models.PositiveSmallIntegerField(
        _("days until the next check is due"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        slug_de: str
        slug_en: str
        name_de: str
        name_en: str
        zoom_name_de: str
        zoom_name_en: str

    class Meta:
        verbose_name = _("safeguard")
        verbose_name_plural = _("safeguards")
        ordering = ["position", "key"]
        constraints = [
            models.CheckConstraint(
                name="safeguard_letter_has_13_items",
                condition=Q(letter_item__isnull=True) | Q(letter_item__range=(1, 13)),
            ),
            models.CheckConstraint(
                name="safeguard_age_limit_is_bounded", condition=Q(max_age_days__range=(1, 366))
            ),
            models.UniqueConstraint(name="safeguard_slug_de_is_unique", fields=["slug_de"]),
            models.UniqueConstraint(name="safeguard_slug_en_is_unique", fields=["slug_en"]),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        _keep_name(self, text_de=self.name_de, text_en=self.name_en)


class QuickAnswer(models.Model):
    """One of the few questions that are answered first."""

    key = models.SlugField(_("key"), max_length=40, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    question = models.CharField(_("question"), max_length=60)
    question_past = models.CharField(_("question about a past day"), max_length=60)
    safeguards = models.ManyToManyField(
        Safeguard, through="AnswerTie", verbose_name=_("depends on")
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        question_de: str
        question_en: str
        question_past_de: str
        question_past_en: str

    class Meta:
        verbose_name = _("quick answer")
        verbose_name_plural = _("quick answers")
        ordering = ["position", "key"]

    def __str__(self) -> str:
        return self.question

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        _keep_name(
            self,
            text_de=self.question_de,
            text_en=self.question_en,
            past_de=self.question_past_de,
            past_en=self.question_past_en,
        )


class AnswerTie(AppendOnly):
    """A quick answer depends on a safeguard, from `since` on; past days keep their own ties."""

    quick_answer = models.ForeignKey(QuickAnswer, on_delete=models.PROTECT, related_name="ties")
    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="ties")
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("safeguard behind the answer")
        verbose_name_plural = _("safeguards behind the answer")
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(
                name="answer_tie_is_unique", fields=["quick_answer", "safeguard"]
            )
        ]

    def __str__(self) -> str:
        return str(self.safeguard)


class Wording(AppendOnly):
    """What we say about a safeguard or quick answer in one state, from `recorded_at` on.

    For a safeguard `text` is the claim and `meaning` what it means for the reader; for a quick
    answer `text` is the answer, `past` the answer about a past day and `sentence` stands alone
    in an invitation. Rows for "name" keep the names and questions of past days.
    """

    class For(models.TextChoices):
        ON = "on", pgettext_lazy("state", "on")
        EXCEPTION = "exception", pgettext_lazy("state", "exception")
        OFF = "off", pgettext_lazy("state", "off")
        NAME = "name", pgettext_lazy("state", "its name, in every state")

    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, null=True, blank=True, related_name="wordings"
    )
    quick_answer = models.ForeignKey(
        QuickAnswer, on_delete=models.PROTECT, null=True, blank=True, related_name="wordings"
    )
    state = models.CharField(_("state"), max_length=10, choices=For)
    text = models.CharField(_("text"), max_length=120)
    meaning = models.CharField(_("what it means"), max_length=200, blank=True)
    past = models.CharField(_("text about a past day"), max_length=120, blank=True)
    sentence = models.CharField(_("sentence for invitations"), max_length=160, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        text_de: str
        text_en: str
        meaning_de: str
        meaning_en: str
        past_de: str
        past_en: str
        sentence_de: str
        sentence_en: str

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="wording_has_one_subject",
                condition=Q(safeguard__isnull=True) ^ Q(quick_answer__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard or self.quick_answer} ({self.get_state_display()})"


class Promise(AppendOnly):
    """What the firm says it does, from `effective_from` on."""

    class Value(models.TextChoices):
        ON = "on", pgettext_lazy("state", "on")
        EXCEPTION = "exception", pgettext_lazy("state", "on, with an exception")
        OFF = "off", pgettext_lazy("state", "off")
        RETIRED = "retired", pgettext_lazy("state", "no longer exists at Zoom")

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="promises")
    value = models.CharField(_("promise"), max_length=10, choices=Value)
    effective_from = models.DateTimeField(_("effective from"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField(_("public reason"), max_length=200)

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        reason_de: str
        reason_en: str

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["effective_from", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="promise_is_never_for_the_future",
                condition=Q(effective_from__lte=F("recorded_at")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.get_value_display()}"


class Source(models.TextChoices):
    """Where a finding or a check comes from."""

    ACCOUNT = "account", _("automatically, from the Zoom account")
    HAND = "hand", _("by hand")
    IMPORT = "import", _("imported")


class Finding(AppendOnly):
    """What was seen; written only when it differs from the newest one."""

    class Verdict(models.TextChoices):
        PROTECTED = VerdictValue.PROTECTED.value, _("protected")
        NOT_PROTECTED = VerdictValue.NOT_PROTECTED.value, _("not protected")
        UNKNOWN = VerdictValue.UNKNOWN.value, _("unknown")

    class Lock(models.TextChoices):
        LOCKED = LockValue.LOCKED.value, _("locked for everyone")
        UNLOCKED = LockValue.UNLOCKED.value, _("a default that can be changed")
        NOT_LOCKABLE = LockValue.NOT_LOCKABLE.value, _("Zoom offers no lock")
        UNKNOWN = LockValue.UNKNOWN.value, _("unknown")

    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="findings")
    verdict = models.CharField(_("finding"), max_length=15, choices=Verdict)
    lock = models.CharField(_("lock"), max_length=15, choices=Lock, default=Lock.UNKNOWN)
    users_read = models.PositiveIntegerField(_("users read"), default=0)
    users_differing = models.PositiveIntegerField(_("users that differ"), default=0)
    groups_read = models.PositiveIntegerField(_("groups read"), default=0)
    groups_differing = models.PositiveIntegerField(_("groups that differ"), default=0)
    seen_at = models.DateTimeField(_("seen at"))
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    evidence = models.JSONField(_("evidence"), default=dict, blank=True)

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["seen_at", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="finding_was_seen_before_it_was_recorded",
                condition=Q(seen_at__lte=F("recorded_at")),
            ),
            models.CheckConstraint(
                name="finding_counts_differing_among_read",
                condition=Q(users_differing__lte=F("users_read"))
                & Q(groups_differing__lte=F("groups_read")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.get_verdict_display()}"

    @property
    def differs_below(self) -> bool:
        """Say whether users or groups have a weaker value of their own."""
        return self.users_differing > 0 or self.groups_differing > 0


class Check(AppendOnly):
    """Somebody or something compared the account with our list."""

    class Outcome(models.TextChoices):
        DONE = "done", _("done")
        FAILED = "failed", _("could not read the account")

    at = models.DateTimeField(_("at"), default=timezone.now)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    role = models.CharField(_("role"), max_length=40, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    error = models.CharField(_("error"), max_length=200, blank=True)
    safeguards = models.ManyToManyField(
        Safeguard, through="CheckCoverage", related_name="checks", verbose_name=_("safeguards")
    )

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["at", "recorded_at", "id"]
        constraints = [
            models.CheckConstraint(
                name="check_is_never_in_the_future", condition=Q(at__lte=F("recorded_at"))
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.get_outcome_display()}"


class CheckCoverage(AppendOnly):
    """A check covered a safeguard; it holds until `valid_until`.

    The age limit of that day is stored here, so that a limit changed later never
    rewrites what past days say.
    """

    check_made = models.ForeignKey(Check, on_delete=models.PROTECT, related_name="coverages")
    safeguard = models.ForeignKey(Safeguard, on_delete=models.PROTECT, related_name="coverages")
    valid_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="coverage_once_per_check", fields=["check_made", "safeguard"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard_id} {self.valid_until:%Y-%m-%d}"


class Explanation(AppendOnly):
    """What staff say about a deviation, attached to the finding that opened it."""

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="explanations")
    text = models.CharField(_("explanation"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded at"), default=timezone.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        text_de: str
        text_en: str

    class Meta:
        verbose_name = _("explanation")
        verbose_name_plural = _("explanations")
        ordering = ["recorded_at", "id"]

    def __str__(self) -> str:
        return self.text


class DeviationNotice(AppendOnly):
    """The reviewers were told that the deviation opened by `finding` has opened or closed."""

    class Kind(models.TextChoices):
        OPENED = "opened", _("opened")
        CLOSED = "closed", _("closed")

    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("e-mail about a deviation")
        verbose_name_plural = _("e-mails about deviations")
        ordering = ["sent_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="deviation_notice_goes_out_once", fields=["finding", "kind"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.finding_id} {self.kind}"


class Attestation(models.Model):
    """A better or renewed state that one person reports and a second person confirms.

    Nothing of it is public before it is confirmed; then `recording` appends the rows.
    """

    class Value(models.TextChoices):
        ON = "on", pgettext_lazy("state", "on")
        EXCEPTION = "exception", pgettext_lazy("state", "on, with an exception")
        RETIRED = "retired", pgettext_lazy("state", "no longer exists at Zoom")

    safeguard = models.ForeignKey(
        Safeguard, on_delete=models.PROTECT, related_name="+", verbose_name=_("safeguard")
    )
    value = models.CharField(_("new state"), max_length=10, choices=Value)
    lock = models.CharField(
        _("lock"), max_length=15, choices=Finding.Lock, default=Finding.Lock.UNKNOWN
    )
    seen_at = models.DateTimeField(_("seen at"))
    reason = models.CharField(_("public reason"), max_length=200)
    note = models.TextField(_("evidence, for us only"), blank=True)
    evidence_file = models.ForeignKey(
        "EvidenceFile",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("evidence file"),
    )
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reported by"),
    )
    reported_at = models.DateTimeField(_("reported at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    accepted = models.BooleanField(_("confirmed"), null=True)

    if TYPE_CHECKING:  # columns that django-modeltranslation adds
        reason_de: str
        reason_en: str

    class Meta:
        verbose_name = _("report waiting for a second person")
        verbose_name_plural = _("reports waiting for a second person")
        ordering = ["-reported_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="attestation_is_decided_completely",
                condition=Q(decided_at__isnull=True, accepted__isnull=True)
                | Q(decided_at__isnull=False, accepted__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.safeguard}: {self.get_value_display()}"


class ZoomToken(models.Model):
    """The access token that all workers and machines share: at most one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    encrypted = models.TextField(blank=True)
    renew_at = models.DateTimeField(null=True)
    # Whoever renews the token holds this lease; a lock would be held while Zoom is asked.
    leased_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("access token of Zoom")
        verbose_name_plural = _("access tokens of Zoom")
        constraints = [
            models.CheckConstraint(name="zoom_token_is_one_row", condition=Q(id=1)),
        ]


class SeenDelivery(models.Model):
    """Digest of the signature of a delivery from Zoom, so that nobody can send it again."""

    digest = models.CharField(max_length=64, primary_key=True)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest


class EvidenceFile(AppendOnly):
    """A file that proves what somebody saw; its content lies below DATA_DIR, never public."""

    sha256 = models.CharField(_("SHA-256 digest"), max_length=64, unique=True)
    size = models.PositiveIntegerField(_("size in bytes"))
    media_type = models.CharField(_("kind of file"), max_length=40)
    stored_name = models.CharField(_("name in the data folder"), max_length=32, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), default=timezone.now)

    class Meta:
        verbose_name = _("evidence file")
        verbose_name_plural = _("evidence files")
        ordering = ["-uploaded_at", "-id"]

    def __str__(self) -> str:
        return self.sha256[:12]


class Reminder(AppendOnly):
    """Staff were told that a check made by hand falls due; said once for each check."""

    coverage = models.OneToOneField(CheckCoverage, on_delete=models.PROTECT)
    sent_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.coverage} {self.sent_at:%Y-%m-%d}"


def _keep_name(subject: Safeguard | QuickAnswer, **texts: str | None) -> None:
    """Append the names of `subject` if they changed, so that past days keep the old ones."""
    newest = subject.wordings.filter(state=Wording.For.NAME).last()
    now = {field: text or "" for field, text in texts.items()}
    if newest and all((getattr(newest, field) or "") == text for field, text in now.items()):
        return
    subject.wordings.create(state=Wording.For.NAME, **now)
