"""What is exported comes back the same, and a file changes nothing that is not asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from notices.editions.models import Edition, Notice
from notices.faq.models import Question, Topic
from notices.firm.languages import CODES, FURTHER, column
from notices.firm.models import Organisation, ProposedChange
from notices.firm.proposals import proposing
from notices.safeguards.models import QuickAnswer, Safeguard, Wording
from portal.content.exporting import export
from portal.content.importing import Choice, Outcome, Report, plan, run
from portal.content.kinds import KINDS
from portal.content.reading import read
from portal.setup.env import ConfigurationError
from portal.starter.loading import load

pytestmark = pytest.mark.thorough

ALL = Choice(overwrite=("*",))


def with_change(label: str, **fields: Any) -> bytes:
    """Return the export of this portal with fields of one record changed."""
    document = json.loads(export())
    kind, key = label.split("/")
    row = next(one for one in document[kind] if key in (one.get("key"), one.get("notice")))
    row.update(fields)
    return json.dumps(document).encode()


def outcome(report: Report, label: str) -> Outcome:
    assert report.problems == []
    return next(line.outcome for line in report.lines if line.label == label)


@pytest.fixture
def exported(db: None) -> bytes:
    """Return the export of a portal with the starter content; this one is empty."""
    content = b""
    with transaction.atomic():
        load()
        content = export()
        transaction.set_rollback(True)
    assert not Question.objects.exists()
    return content


def test_what_is_exported_goes_into_an_empty_portal_and_comes_out_the_same(
    exported: bytes, editor: User
) -> None:
    # One translation is older than its source: that travels too.
    document = json.loads(exported)
    document["texts"][0]["current"] = []
    raw = (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    report = run(read(raw), Choice(), by=editor)
    assert report.problems == []
    assert {line.outcome for line in report.lines} == {Outcome.ADDED}
    assert export() == raw
    assert {kind.name for kind in KINDS if not document[kind.name]} == {"firms", "tools"}
    # Texts arrive as drafts that nobody has approved, and nothing is promised yet.
    assert {edition.written_by for edition in Edition.objects.all()} == {editor}
    assert not Edition.objects.published().exists()
    assert not Safeguard.objects.get(key="waiting_room").promises.exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("Passwort, nicht", "A search pays no attention to “nicht”. Please take it out."),
        ("Passwort", "One word alone says nothing."),
    ],
)
def test_a_file_brings_no_words_that_the_form_of_staff_refuses(
    editor: User, words: str, reason: str
) -> None:
    document = {
        **{"format": "lupe-content", "version": 1},
        "synonyms": [{"language": "de", "words": words}],
    }
    report = run(read(json.dumps(document).encode()), Choice(), by=editor)
    assert len(report.problems) == 1
    assert reason in report.problems[0]


def test_a_list_of_words_stays_as_a_file_writes_it(editor: User) -> None:
    document = {
        **{"format": "lupe-content", "version": 1},
        "synonyms": [{"language": "de", "words": "Losung,Passwort"}],
    }
    raw = read(json.dumps(document).encode())
    assert [line.outcome for line in run(raw, Choice(), by=editor).lines] == [Outcome.ADDED]
    assert [line.outcome for line in run(raw, Choice(), by=editor).lines] == [Outcome.LEFT]


def test_its_own_export_changes_nothing(starter: None, editor: User) -> None:
    before = export()
    report = run(read(before), ALL, by=editor)
    assert {line.outcome for line in report.lines} == {Outcome.LEFT}
    assert export() == before
    assert not ProposedChange.objects.exists()


@pytest.mark.usefixtures("starter", "one_person")
class TestOnePerson:
    def test_trying_tells_what_would_be_and_changes_nothing(self) -> None:
        raw = with_change("questions/no-account", reviewed_on="2026-11-02")
        before = export()
        report = plan(read(raw), ALL)
        assert outcome(report, "questions/no-account") == Outcome.CHANGED
        differs = next(line for line in report.lines if line.label == "questions/no-account")
        assert differs.differences == ("reviewed_on: “None” → “2026-11-02”",)
        assert export() == before

    def test_what_differs_stays_unless_told(self, editor: User) -> None:
        raw = with_change("questions/no-account", reviewed_on="2026-11-02")
        report = run(read(raw), Choice(), by=editor)
        assert outcome(report, "questions/no-account") == Outcome.DIFFERS
        report = run(read(raw), Choice(("questions/*",), ("questions/no-account",)), by=editor)
        assert outcome(report, "questions/no-account") == Outcome.SKIPPED
        assert Question.objects.get(key="no-account").reviewed_on is None
        report = run(read(raw), Choice(("questions/no-*",)), by=editor)
        assert outcome(report, "questions/no-account") == Outcome.CHANGED
        assert json.loads(export()) == json.loads(raw)

    def test_a_field_that_the_file_does_not_name_stays(self, editor: User) -> None:
        answer = Question.objects.get(key="no-account").answer
        row = {"key": "no-account", "reviewed_on": "2026-11-02"}
        raw = {"format": "lupe-content", "version": 1, "questions": [row]}
        run(read(json.dumps(raw).encode()), ALL, by=editor)
        question = Question.objects.get(key="no-account")
        assert question.answer == answer
        assert str(question.reviewed_on) == "2026-11-02"

    def test_a_new_wording_stands_beside_the_old_one(self, editor: User) -> None:
        document = json.loads(export())
        row = document["wordings"][0]
        row["text"] = dict.fromkeys(CODES, "Anders.")
        before = Wording.objects.count()
        run(read(json.dumps(document).encode()), ALL, by=editor)
        assert Wording.objects.count() == before + 1
        assert json.loads(export()) == document

    def test_an_answer_is_never_untied(self, editor: User) -> None:
        answer = QuickAnswer.objects.get(key="recorded")
        tied = set(answer.safeguards.values_list("key", flat=True))
        raw = with_change("quick_answers/recorded", safeguards=["waiting_room"])
        run(read(raw), ALL, by=editor)
        assert set(answer.safeguards.values_list("key", flat=True)) == tied | {"waiting_room"}

    def test_one_wrong_record_leaves_everything_as_it_was(self, editor: User) -> None:
        document = json.loads(with_change("questions/no-account", reviewed_on="2026-11-02"))
        document["questions"][-1]["answer"] = {"de": ""}
        document["questions"][-2]["safeguards"] = ["no_such"]
        before = export()
        report = run(read(json.dumps(document).encode()), ALL, by=editor)
        last, second = (document["questions"][n]["key"] for n in (-1, -2))
        assert report.problems == [
            f"questions/{second}.safeguards: 'no_such' is not among the safeguards.",
            f"questions/{last}.answer.de: This field is required.",
        ]
        assert export() == before


class TestTwoPeople:
    def test_a_better_claim_waits_for_a_second_person(
        self, starter: None, editor: User, reviewer: User
    ) -> None:
        raw = with_change("safeguards/waiting_room", max_age_days=300)
        before = export()
        report = run(read(raw), ALL, by=editor)
        assert outcome(report, "safeguards/waiting_room") == Outcome.PROPOSED
        assert export() == before
        run(read(raw), ALL, by=editor)
        change = ProposedChange.objects.get()
        proposing.confirm(change, by=reviewer, as_read=change.digest)
        assert json.loads(export()) == json.loads(raw)

    def test_what_rests_on_something_that_waits_comes_later(
        self, starter: None, editor: User, reviewer: User
    ) -> None:
        document = json.loads(export())
        topic = {
            **document["topics"][0],
            "key": "new",
            "slug": {code: f"new-{code}" for code in CODES},
            "title": {code: f"New {code}" for code in CODES},
        }
        document["topics"].append(topic)
        document["questions"][0]["topic"] = "new"
        raw = json.dumps(document).encode()
        label = f"questions/{document['questions'][0]['key']}"
        report = run(read(raw), ALL, by=editor)
        assert outcome(report, "topics/new") == Outcome.PROPOSED
        assert outcome(report, label) == Outcome.LATER
        change = ProposedChange.objects.get()
        proposing.confirm(change, by=reviewer, as_read=change.digest)
        assert Topic.objects.filter(key="new").exists()
        report = run(read(raw), ALL, by=editor)
        assert outcome(report, label) == Outcome.CHANGED

    def test_only_what_warns_needs_nobody_else(self, starter: None, editor: User) -> None:
        raw = with_change("safeguards/cdn", max_age_days=3)
        assert outcome(run(read(raw), ALL, by=editor), "safeguards/cdn") == Outcome.CHANGED
        assert Safeguard.objects.get(key="cdn").max_age_days == 3


class TestTexts:
    def test_a_published_edition_is_never_touched(self, starter: None, editor: User) -> None:
        published = Edition.objects.published().filter(notice__key="video-meetings").get()
        before = (published.digest, published.text)
        texts = {code: f"# {code}\n\nEin anderer Text.\n" for code in CODES}
        raw = with_change("texts/video-meetings", text=texts)
        report = run(read(raw), Choice(), by=editor)
        assert outcome(report, "texts/video-meetings") == Outcome.DIFFERS
        assert outcome(run(read(raw), ALL, by=editor), "texts/video-meetings") == Outcome.CHANGED
        published.refresh_from_db()
        assert (published.digest, published.text) == before
        draft = Edition.objects.get(notice__key="video-meetings", status="draft")
        assert getattr(draft, column("text")) == texts[CODES[0]]
        assert draft.written_by == editor
        assert list(draft.writers.all()) == [editor]

    def test_a_draft_that_lies_with_a_second_person_stays(
        self, starter: None, editor: User
    ) -> None:
        notice = Notice.objects.get(key="imprint")
        raw = with_change("texts/imprint", text=dict.fromkeys(CODES, "Neu."))
        run(read(raw), ALL, by=editor)
        Edition.objects.filter(notice=notice, status="draft").update(status="review")
        raw = with_change("texts/imprint", text=dict.fromkeys(CODES, "Noch neuer."))
        report = run(read(raw), ALL, by=editor)
        assert report.problems == [
            "texts/imprint: This text lies with a second person. Decide about it first."
        ]

    def test_a_draft_comes_back_with_all_that_was_typed(self, starter: None, editor: User) -> None:
        raw = with_change(
            "texts/zoom-letter",
            change_note=dict.fromkeys(CODES, "Neu."),
            in_force_from="2031-05-01T00:00:00+00:00",
            signed_by=["Hausverwaltung Beispiel GmbH"],
            current=list(FURTHER),
        )
        run(read(raw), ALL, by=editor)
        assert json.loads(export()) == json.loads(raw)


def test_a_starter_of_ones_own_is_a_portal_that_serves(
    exported: bytes, settings: Any, tmp_path: Path, client: Client
) -> None:
    document = json.loads(exported)
    document["organisation"][0]["name"] = "Verband Beispiel"
    settings.STARTER = str(tmp_path / "starter.json")
    Path(settings.STARTER).write_text(json.dumps(document))
    assert "questions: " in " ".join(load())
    assert json.loads(export()) == document
    page = client.get("/de/").content.decode()
    assert "Verband Beispiel" in page
    assert not Edition.objects.exclude(status="published").exists()
    assert Safeguard.objects.get(key="waiting_room").promises.get().value == "on"
    assert load() == []  # never a second time


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "It cannot be read: No such file"),
        ("{", "This is not JSON"),
        ('{"format": "lupe-content", "version": 1}', "organisation is missing"),
        (
            '{"format": "lupe-content", "version": 1, "organisation": [{}]}',
            "organisation.name: This field is required.",
        ),
    ],
)
def test_a_starter_that_cannot_be_taken_stops_the_start_with_a_sentence(
    content: str | None, sentence: str, settings: Any, tmp_path: Path
) -> None:
    settings.STARTER = str(tmp_path / "starter.json")
    if content is not None:
        Path(settings.STARTER).write_text(content)
    with pytest.raises(ConfigurationError, match=sentence):
        load()
    assert not Organisation.objects.exists()
