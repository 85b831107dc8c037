"""Reviews cut into sentences and clauses that know where they stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.language.texts import without_halves
from shopwright.reviews.markup import blanked, entities, readable

__all__ = ["END", "ROW", "SENTENCE", "START", "checked_texts", "sentences"]

ROW, START, END, SENTENCE = "row", "start", "end", "sentence"
LONGEST, SHORTEST_CLAUSE = 300, 8
EMOJI = "\u2600-\u27bf\u2b50\u2b55\ufe0f\u200d\U0001f000-\U0001faff"
# A full stop inside a number or a name ("3.5", "a.b") ends nothing; several in a row always do.
ENDING = re.compile(rf"[!?…。！？；\n\r]+|\.{{2,}}|(?<=[a-z]{{2}})\.(?=[A-Z])|[.;](?=[\s\"'”’)\]]|$)|[{EMOJI}]+")
BUT = r"but|however|although|though|except|mas|porém|porem|contudo|pero|aunque|sin embargo|aber|jedoch|allerdings"
CLAUSE = re.compile(
    rf"[，、](?=.)|(?:,\s{{0,9}}|\s|[—-]\s{{0,9}})(?=(?:{BUT})\b)|(?<=[\u3400-\u9fff])(?=但是|但|不过|可是|然而)",
    re.IGNORECASE,
)
EDGES = " \t\r\n\u3000\ufeff"
LETTER = re.compile(r"\w")


def sentences(texts: Sequence[str | None], *, clauses: bool = True) -> pl.DataFrame:
    """What each text says, sentence by sentence.

    Tags and entities of HTML are read over; a sentence of more than 300 signs is cut at a space. A text is only ever
    read, whatever it asks for.

    >>> sentences(["Fits well, but the <b>seam</b> split.", "很漂亮，就是有点小"])["sentence"].to_list()
    ['Fits well', 'but the seam split.', '很漂亮', '就是有点小']

    Args:
        texts: of any length and language; None and empty ones say nothing.
        clauses: cut at "but" and its like and at Chinese commas, too.

    Returns:
        row (place of the text), start and end (its signs, in Python's counting: `texts[row][start:end]` is the
        verbatim quote), sentence (the same on one line, without HTML).

    Raises:
        UsageError: a text is not a string (REVIEWS-40).
    """
    rows: list[int] = []
    starts: list[int] = []
    ends: list[int] = []
    said: list[str] = []
    for row, text in enumerate(checked_texts(texts)):
        if not text:
            continue
        plain = blanked(text)
        has_markup, whole = plain != text, entities(text)
        for start, last in _spans(plain, clauses):
            end = whole.get(last, last)
            rows.append(row)
            starts.append(start)
            ends.append(end)
            said.append(readable(text[start:end]) if has_markup else " ".join(plain[start:end].split()))
    return pl.DataFrame(
        {ROW: rows, START: starts, END: ends, SENTENCE: said},
        schema={ROW: pl.Int64, START: pl.Int64, END: pl.Int64, SENTENCE: pl.String},
    )


def checked_texts(texts: Sequence[str | None]) -> list[str]:
    """The texts as a list, None as empty.

    Raises:
        UsageError: they are one string, or something else than strings (REVIEWS-40).
    """
    given: object = texts
    if isinstance(given, Iterable) and not isinstance(given, str):
        listed: list[object] = list(given)
        wrong = next((at for at, text in enumerate(listed) if not (text is None or isinstance(text, str))), None)
        if wrong is None:
            return [without_halves(str(text or "")) for text in listed]
        got = t("text {at} is {kind}", at=wrong, kind=type(listed[wrong]).__name__)
    elif isinstance(given, str):
        got = t("one text was given where a list of them belongs")
    else:
        got = t("a {kind} was found; a list of texts is expected", kind=type(given).__name__)
    raise UsageError(
        t("these are no review texts"),
        why=got,
        fix=t("hand over a list of strings, None where a review has no text"),
        code="REVIEWS-40",
    )


def _spans(plain: str, clauses: bool) -> Iterator[tuple[int, int]]:
    begin = 0
    for ending in ENDING.finditer(plain):
        yield from _within(plain, begin, ending.end(), clauses)
        begin = ending.end()
    yield from _within(plain, begin, len(plain), clauses)


def _within(plain: str, begin: int, end: int, clauses: bool) -> Iterator[tuple[int, int]]:
    """The clauses of one sentence; one too short to say anything stays with the next."""
    if clauses:
        for cut in CLAUSE.finditer(plain, begin, end):
            least = 3 if plain[cut.start()] in "，、" or cut.start() == cut.end() else SHORTEST_CLAUSE
            if cut.start() - begin >= least and end - cut.end() >= least:
                yield from _short(plain, begin, cut.start())
                begin = cut.end()
    yield from _short(plain, begin, end)


def _short(plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The span without blanks around it, in parts of at most 300 signs; nothing where it holds no letter."""
    while end - begin > LONGEST:
        space = plain.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
        cut = space if space > 0 else begin + LONGEST
        yield from _trimmed(plain, begin, cut)
        begin = cut
    yield from _trimmed(plain, begin, end)


def _trimmed(plain: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    while begin < end and plain[begin] in EDGES:
        begin += 1
    while end > begin and plain[end - 1] in EDGES:
        end -= 1
    if LETTER.search(plain, begin, end):
        yield begin, end
