"""What lets a stranger into a meeting is found in a text, and harmless numbers are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.join_secrets import Giveaway, giveaway

FOUND = {
    Giveaway.JOIN_LINK: [
        "https://us02web.zoom.us/j/85212345678?pwd=abc",
        "zoom.us/my/verwaltung",
        "Saal, sonst https://ZOOM.us/w/1",
        "https://zoom.us/s/81234567890",
        "https://app.zoom.us/wc/81234567890/join",
        "https://zoom.us:443/j/1",
        "zoommtg://zoom.us/join?confno=1",
        "zoom.us%2Fj%2F812",
    ],
    Giveaway.MEETING_ID: [
        "ID 812 3456 7890",
        "81234567890",
        "Meeting-ID: 812-345-6789",
        "ID 123 456 789",
        "812.3456.7890",
        "ID 81234 567890",
        "Haus 8, 812 3456 7890",
        "８１２ ３４５６ ７８９０",
        "8\u200b12 3456 7890",
        "+49 69 7104 9922,,81234567890#",
        "069 7104 9922 812 3456 7890",
        "Haus 030 812 3456 7890",
    ],
    Giveaway.PASSCODE: [
        "Kenncode: abc",
        "Kennwort = abc",
        "Passwort 4711",
        "Passwort: geheim",
        "Das Passwort lautet Sonne",
        "pwd=xyz",
        "PIN 1234",
        "the password is abc1",
        "Passcode: A1",
    ],
    Giveaway.EMAIL: [
        "schreiben an anna@firma.de",
        "anna (at) firma.de",
        "anna.b+c@firma.example",
    ],
}
HARMLESS = [
    "",
    "Gemeindesaal, Musterweg 3",
    "Lindenstraße 8, 10115 Berlin",
    "Lindenstraße 8 10115 Berlin",
    "Hauptstr. 100-102 10115 Berlin",
    "Hauptstraße 118-122, 10115 Berlin",
    "Hauptstr. 1 - 3 10115 Berlin",
    "Am Markt 5, 12345 Musterstadt, 2. Etage, 14 Stufen",
    "Haus 12 a, 3. OG, Raum 3.14",
    "Räume 101, 102, 103",
    "Besichtigung Wohnung 12/3 (Zimmer 2)",
    "Versammlung am 12.12.2026 um 18:00 bis 20:00 Uhr",
    "Lindenstraße 8 12.12.2026",
    "Termine 1.6.2027-30.6.2027",
    "Es gilt 2026-12-10 18:00",
    "Wirtschaftsplan 2025/2026 12",
    "Jahre 2024, 2025 und 2026",
    "§ 24 Abs. 4 WEG, 18.30 Uhr",
    "Telefon 030 123 456 78",
    "Tel. +49 30 12345678",
    "(030) 12345678",
    "0170 12345678",
    "+49 30 1234567",
    "+49 30 123456789",
    "Kundennummer 1234 5678 9012",
    "Rechnung 12345 67890 12345",
    "Das Passwort steht in Ihrer Einladung",
    "Passwort: siehe Einladung",
    "Passwort: in Ihrer Einladung",
    "The password is in your invitation",
    "Das Passwort ist immer nötig.",
    "Die PIN steht im Brief",
    "https://www.zoom.com/de/trust/",
    "Eingang A @ Hof",
]
# As Zoom shows an ID, and as people write it down.
GROUPS = {9: (3, 3, 3), 10: (3, 3, 4), 11: (3, 4, 4)}


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in FOUND.items() for text in texts]
)
def test_it_finds_what_lets_people_in(kind: Giveaway, text: str) -> None:
    found = giveaway(text)
    assert found is not None
    assert found[0] is kind


@pytest.mark.parametrize("text", HARMLESS)
def test_addresses_dates_and_phone_numbers_are_no_secret(text: str) -> None:
    assert giveaway(text) is None


@given(
    st.integers(10**8, 10**11 - 1),
    st.sampled_from(["", " ", "-", ".", "\N{NO-BREAK SPACE}", " - "]),
    st.sampled_from(["%s", "Meeting-ID: %s", "Saal, ID %s", "Musterweg 3 (%s)", "Haus 3 %s"]),
)
def test_every_id_is_found_however_it_is_grouped(number: int, gap: str, around: str) -> None:
    digits = str(number)
    parts, rest = [], digits
    for size in GROUPS[len(digits)]:
        parts.append(rest[:size])
        rest = rest[size:]
    found = giveaway(around % gap.join(parts))
    assert found is not None
    assert found[0] is Giveaway.MEETING_ID


@pytest.mark.parametrize("hidden", ["\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}", "\N{SOFT HYPHEN}"])
def test_signs_that_nobody_sees_hide_no_id(hidden: str) -> None:
    assert giveaway(f"ID 812{hidden}3456{hidden}7890") == (Giveaway.MEETING_ID, "81234567890")


@given(st.text(max_size=160))
def test_no_text_breaks_it(text: str) -> None:
    giveaway(text)
