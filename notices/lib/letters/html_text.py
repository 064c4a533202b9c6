"""HTML, of a browser or of a converter, as the Markdown that staff write."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import nh3

from notices.lib.markdown.inline import working_address

from .limits import DEEPEST_PAGE, LONGEST, MOST_ENTITIES, MOST_MARKS, Fault, LetterError

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
BLOCKS = {"p", "div", "pre", "dt", "dd", "hr", "blockquote", "ul", "ol", "li", "caption"}
CELLS = {"td", "th"}
# By the first and the last sign of such words while a block is read.
EMPHASIS = {"strong": "\x01\x02", "b": "\x01\x02", "em": "\x03\x04", "i": "\x03\x04"}
TAGS = {*HEADINGS, *BLOCKS, *CELLS, *EMPHASIS, "br", "a", "img", "table", "tr"}
STEP = "    "

_BREAK = "\x0b"
_BREAKS = re.compile(rf"\s*{_BREAK}\s*")
_BLANKS = re.compile(r"\s+")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# What would be read as Markdown, anywhere and at the beginning of a block.
_SIGNS = re.compile(r"[\\`*\[\]]|(?<![^\W_])_|_(?![^\W_])")
_BEGINS = re.compile(r"\A(?=[#>|=~])")
# Tags that stand inside each other if nobody closes them; the others close by themselves.
_TAG = re.compile(
    r"<(/?)(?!/|(?:br|hr|img|wbr|col|meta|link|input|p|li|d[dt]|t[dhr]|tbody|thead|tfoot)\b)[a-z]",
    re.IGNORECASE,
)
# What browsers do not show, by how it begins and ends.
_UNSHOWN = re.compile(r"<!--|<(script|style|head|template|title|svg|math)\b", re.IGNORECASE)


def markdown_of(html: str) -> tuple[str, int]:
    """Return the words of an HTML page as Markdown, and how many pictures were left out."""
    html = _shown(html)
    marks = _TAG.findall(html)
    # The cleaner takes long for tags that nobody closes, and for many signs written as entities.
    if (
        len(html) > LONGEST
        or html.count("<") > MOST_MARKS
        or html.count("&") > MOST_ENTITIES
        or _depth(marks) > DEEPEST_PAGE
    ):
        raise LetterError(Fault.TOO_TANGLED)
    writer = _Writer()
    writer.feed(nh3.clean(html, tags=TAGS, attributes={"a": {"href"}, "ol": {"start"}}))
    writer.close()
    return "".join(writer.blocks), writer.pictures


def _shown(html: str) -> str:
    """Return a page without what no browser shows; each sign is looked at once."""
    kept, at = [], 0
    while found := _UNSHOWN.search(html, at):
        kept.append(html[at : found.start()])
        closing = f"</{found[1]}" if found[1] else "-->"
        end = _find(html, closing, found.end())
        if end < 0:
            # Never closed: browsers take the rest for a part of it.
            return "".join(kept)
        at = end + len(closing)
        if found[1]:
            at = html.find(">", at) + 1 or len(html)
    return "".join([*kept, html[at:]])


def _find(html: str, closing: str, start: int) -> int:
    found = re.compile(re.escape(closing), re.IGNORECASE).search(html, start)
    return found.start() if found else -1


def _depth(marks: list[str]) -> int:
    depth = deepest = 0
    for closing in marks:
        depth = max(0, depth - 1) if closing else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Writer(HTMLParser):
    """Reads clean HTML tag by tag and adds one block of Markdown after the other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self.pictures = 0
        self._inline: list[str] = []
        self._links: list[tuple[str, int]] = []
        self._heading = 0
        self._quotes = 0
        # The number of the next item of each open list; None: it has bullets.
        self._lists: list[int | None] = []
        self._marker = ""
        self._was_item = False
        self._table = _Table()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._inline.append(_BREAK)
        elif tag == "img":
            self.pictures += 1
        elif tag in EMPHASIS:
            self._inline.append(EMPHASIS[tag][0])
        elif tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._inline)))
        elif self._table.depth or tag == "table":
            self._begin_in_table(tag)
        else:
            self._end_block()
            self._begin_block(tag, dict(attrs).get("start") or "1")

    def handle_endtag(self, tag: str) -> None:
        if tag in EMPHASIS:
            self._inline.append(EMPHASIS[tag][1])
        elif tag == "a":
            self._end_link()
        elif self._table.depth:
            self._end_in_table(tag)
        else:
            self._end_block()
            self._heading = 0
            if tag in {"ul", "ol"} and self._lists:
                self._lists.pop()
                # A list that follows another one is not its end.
                self._was_item = self._was_item and bool(self._lists)
            elif tag == "blockquote":
                self._quotes -= 1

    def handle_data(self, data: str) -> None:
        self._inline.append(
            _SIGNS.sub(r"\\\g<0>", _BLANKS.sub(" ", _BLANKS.sub(" ", _UNSEEN.sub("", data))))
        )

    def close(self) -> None:
        super().close()
        self._end_block()

    def _begin_block(self, tag: str, start: str) -> None:
        if tag in HEADINGS:
            self._heading = HEADINGS[tag]
        elif tag == "blockquote":
            self._quotes += 1
        elif tag in {"ul", "ol"}:
            first = int(start) if re.fullmatch(r"[0-9]{1,5}", start) else 1
            self._lists.append(first if tag == "ol" else None)
        elif tag == "li" and self._lists:
            number = self._lists[-1]
            self._marker = "- " if number is None else f"{number}. "
            self._lists[-1] = None if number is None else number + 1

    def _end_block(self) -> None:
        """Make a block of what was read since the last one."""
        text = _emphasised("".join(self._inline), is_plain=bool(self._heading))
        self._inline, self._links = [], []
        if not text:
            return
        if self._heading:
            self._add(f"{'#' * self._heading} {_BREAKS.sub(' ', text)}")
            return
        indent = STEP * (len(self._lists) - 1)
        rest = indent + STEP if self._lists else ""
        first = indent + self._marker if self._marker else rest
        is_item, self._marker = bool(self._marker), ""
        quote = "> " * self._quotes
        lines = _BREAKS.sub(f"  \n{quote}{rest}", _BEGINS.sub(r"\\", text, 1))
        self._add(f"{quote}{first}{lines}", is_item=is_item)

    def _add(self, block: str, *, is_item: bool = False) -> None:
        # Items stand close together; all else is parted by a blank line.
        gap = "\n" if is_item and self._was_item else "\n\n"
        self.blocks.append(f"{gap}{block}" if self.blocks else block)
        self._was_item = is_item

    def _end_link(self) -> None:
        if not self._links:
            return
        address, place = self._links.pop()
        words = "".join(self._inline[place:])
        if words.strip() and _BREAK not in words and working_address(address):
            self._inline[place:] = [f"[{words.strip()}]({address})"]

    def _begin_in_table(self, tag: str) -> None:
        if tag == "table":
            if not self._table.depth:
                self._end_block()
            self._table.depth += 1
        elif self._table.depth == 1 and tag == "tr":
            self._table.rows.append([])
        elif self._table.depth == 1 and tag in CELLS:
            self._inline = []
        else:
            self._inline.append(" ")

    def _end_in_table(self, tag: str) -> None:
        if tag in CELLS and self._table.depth == 1 and self._table.rows:
            text = _emphasised("".join(self._inline), is_plain=False)
            self._table.rows[-1].append(_BREAKS.sub(" ", text))
            self._inline = []
        elif tag == "table":
            self._table.depth -= 1
            if not self._table.depth:
                for block in self._table.blocks():
                    self._add(block)
                self._table = _Table()
                self._inline = []
        else:
            self._inline.append(" ")


class _Table:
    """The cells of the outermost open table; a table inside a cell is read as words."""

    def __init__(self) -> None:
        self.depth = 0
        self.rows: list[list[str]] = []

    def blocks(self) -> list[str]:
        """Return it as Markdown; one column is no table, word processors set addresses so."""
        rows = [row for row in self.rows if any(row)]
        width = max(map(len, rows), default=0)
        if width < 2:
            return [row[0] for row in rows]
        cells = [[cell.replace("|", "\\|") for cell in row] for row in rows]
        filled = [row + [""] * (width - len(row)) for row in cells]
        filled.insert(1, ["---"] * width)
        return ["\n".join(f"| {' | '.join(row)} |" for row in filled)]


def _emphasised(text: str, *, is_plain: bool) -> str:
    """Return the words of one block with stars around those that stand out."""
    for (begin, end), stars in (("\x01\x02", "**"), ("\x03\x04", "*")):
        # Word parts what it once saved apart; and somebody may have emphasised a blank.
        text = re.sub(f"{end}(\\s*){begin}", r"\1", text)
        if not is_plain:
            words = f"{begin}(\\s*)([^{begin}{end}]*[^{begin}{end}\\s])(\\s*){end}"
            text = re.sub(words, rf"\1{stars}\2{stars}\3", text)
        text = text.replace(begin, "").replace(end, "")
    parts = (" ".join(part.split()) for part in text.split(_BREAK))
    return _BREAK.join(parts).strip(f"{_BREAK} ")
