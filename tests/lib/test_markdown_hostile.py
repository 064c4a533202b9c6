from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.lib.markdown import MarkdownError, check, is_clean, render
from notices.lib.markdown.limits import MAX_CHARACTERS
from tests.lib.allowed_html import faults
from tests.pace import takes_less_than

pytestmark = pytest.mark.thorough

PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt\n src=//example.org>",
    "<img src=x onerror=alert(1)>",
    "<p onclick=alert(1)>x</p>",
    "<div style='position:fixed'>x</div>",
    "<form action=//example.org><input name=a><button>b</button></form>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<meta http-equiv=refresh content='0;url=//example.org'>",
    "<base href=//example.org>",
    "<object data=x></object><embed src=x>",
    "<svg><g/onload=alert(1)//<p>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=1 onerror=a>'>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<style>@import '//example.org';</style>",
    "<!-- comment --><!--[if IE]><script>a</script><![endif]-->",
    "<!DOCTYPE x><?php echo 1 ?><![CDATA[<script>a</script>]]>",
    "<noscript><p title='</noscript><img src=x onerror=a>'>",
    "<a href=x id=y name=z",
    "<textarea><title><plaintext>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](< javascript:alert(1)>)",
    "[x](\x01javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&NewLine;script&colon;alert(1))",
    "[x](javascript&#x3a;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](//example.org)",
    "[x](/\\example.org)",
    "[x](\\\\example.org)",
    "[x](/&Tab;/example.org)",
    "[x](&NewLine;//example.org)",
    "[x](/&bsol;example.org)",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x]\n\n[x]: <data:text/html,a> 'title'",
    "<javascript://example.org/%0aalert(1)>",
    "<javascript:alert(1)@example.org>",
    '[x](https://example.org "\' onmouseover=alert(1)")',
    '[x](https://example.org/"onmouseover=alert(1))',
    "`<script>`\n\n```html\n<script>alert(1)</script>\n```",
    '```" onmouseover=a\nx\n```',
    "# <script>a</script> {: onclick=a }",
    '[^"><script>]\n\n[^"><script>]: <script>a</script>',
    "|<script>|b|\n|:-|-|\n|[x](javascript:a)|<td onclick=a>|",
    "Wort\n: <dd onclick=a>",
    "\x02wzxhzdk:0\x03 \x02klzzwxh:0000\x03 \x00<script\x00>",
    "\ud800 <script>",
]

# Without limits, most of these take the parser many seconds or more stack than there is.
MONSTERS = {
    "brackets": "[" * 10_000,
    "image brackets": "![" * 5_000,
    "open links": "[a](" * 15_000,
    "references": "[a][" * 14_000,
    "nested links": "[" * 3_000 + "a" + "](b)" * 3_000,
    "parentheses": "[a](" + "(" * 50_000,
    "quotes": ">" * 10_000 + " a",
    "spaced quotes": "> " * 10_000 + "a",
    "list items": "- " * 10_000 + "a",
    "numbered items": "1. " * 10_000 + "a",
    "definitions": "a\n: b\n" * 5_000,
    "stars": "*" * 29_000 + "a" + "*" * 29_000,
    "emphasis": "*a*" * 19_000,
    "nested emphasis": "**a *b " * 8_000,
    "fence": "`" * 29_000 + " " * 29_000,
    "wide table": "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n|" * 5_000,
    "footnotes": "[^1]" * 10_000 + "\n\n[^1]: a",
    "open tags": "<a " * 19_000,
    "mails": "<a@b>" * 11_000,
    "entities": "&" * 1_000_000,
    "megabyte line": "a " * 500_000,
    "megabyte of tags": "<b>" * 330_000,
    "many paragraphs": "a\n\n" * 100_000,
    "many headings": "# a\n" * 14_000,
}


@pytest.mark.parametrize("text", PAYLOADS)
def test_hostile_text_comes_out_harmless(text: str) -> None:
    assert faults(render(text)) == []
    assert faults(render(f"- a\n\n    {text}\n\n> {text} **{text}**")) == []


@pytest.mark.parametrize("name", MONSTERS)
def test_a_monster_is_shown_harmless_within_a_second(name: str) -> None:
    assert faults(render(MONSTERS[name])) == []
    assert takes_less_than(1, lambda: render(MONSTERS[name]))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a" * 60_001, "too_long", 1),
        ("a\n" * 1_501, "too_many_lines", 1),
        ("a\n\n" + "> " * 9, "too_deep", 3),
        ("a\n\nb\n\n\n" + "[" * 9, "too_many_brackets", 6),
        ("a\n\n" + "[^1] " * 201, "too_many_footnotes", 3),
        ("a\n\nb" + "\n: c" * 61, "too_many_definitions", 3),
        ("a\n\n" + "|a" * 60 + "\n|" * 60, "table_too_large", 3),
        ("a\n\n" + "*a " * 1_001, "too_much_emphasis", 3),
        ("a\nb\n" + "=" * 201, "run_too_long", 3),
        ("a\n\n" + "[a](b) " * 1_000, "too_tangled", 3),
        ("a\n\n" + "<a@b> " * 1_000, "too_tangled", 3),
    ],
)
def test_the_check_names_the_limit_and_the_line(text: str, code: str, line: int) -> None:
    with pytest.raises(MarkdownError) as caught:
        check(text)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert render(text).startswith("<p>")


def test_an_ordinary_notice_of_30_kilobytes_is_markdown() -> None:
    part = (
        "## Empfänger\n\nWir geben *Ihre* Daten an **niemanden** weiter ([Liste](/x/), Nr. 1)."
        + " Ein gewöhnlicher Satz mit einigen Wörtern." * 12
        + "\n\n- eins\n- zwei\n    - drei\n\n| Zweck | Frist |\n|---|---|\n"
        + "| Treffen | 3 Monate |\n" * 8
        + "\nText[^1].\n\n"
    )
    text = part * 36 + "[^1]: Anmerkung.\n"
    assert len(text) > 30_000
    check(text)
    html = render(text)
    assert html.count("<h2 ") == html.count("<table>") == 36
    assert faults(html) == []


MARKS = st.sampled_from(
    [
        *"[]()<>*_`\"'&#|:-!\\/=\n \t",
        *("\n\n", "    ", "[^1]", "\n\n[^1]: ", "](", "\n: ", "```", "javascript:", "&#x6a;"),
        *("<script>", "<a href=", " onclick=", "<!--", "-->", "https://example.org"),
    ]
)


@given(st.text() | st.lists(MARKS | st.text(max_size=3), max_size=60).map("".join))
def test_no_text_at_all_gets_anything_forbidden_through(text: str) -> None:
    for language in ("de", "en"):
        assert faults(render(text, language)) == []


@given(st.text() | st.lists(MARKS | st.text(max_size=3), max_size=60).map("".join))
def test_a_text_over_the_limits_is_written_as_the_sanitiser_would(text: str) -> None:
    html = render("x" * (MAX_CHARACTERS + 1) + text)
    assert html.startswith("<p>x")
    assert is_clean(html)
