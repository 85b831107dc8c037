"""Which encoding a text file is in, and the same text in UTF-8 for the reader of the fields."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shopwright.errors import InputError
from shopwright.i18n import t

__all__ = ["Decoded", "decode", "detect"]

BLOCK = 1 << 23
SAMPLE_LINES = 20_000
UTF8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
GB_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
HIGH = re.compile(rb"[\x80-\xff]+")
BESIDE_LETTER = re.compile(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]")
FOREIGN = re.compile(r"[^\x00-\x7f]+")
# Words as files in UTF-8 hold them: Latin with accents, signs and all that takes three bytes or more, other alphabets
# in words of one alphabet. What else two bytes can say (phonetic signs, an odd Greek letter) a shop hardly writes.
LIKELY = re.compile(
    "[\u00a0-\u024f\u0800-\U0010ffff]+|[\u0370-\u03ff]{2,}|[\u0400-\u052f]{2,}|[\u0530-\u058f]{2,}|[\u0590-\u05ff]{2,}"
    "|[\u0600-\u077f]{2,}"
)
CHINESE_ROWS = (*range(0xA1, 0xA4), *range(0xB0, 0xD8))
"""First bytes of GB 2312's signs and of its first level, the 3,755 letters in everyday use."""
UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
SINGLE_BYTE = frozenset({"cp1252", "latin-1", "iso8859-1"})


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text file in UTF-8.

    Attributes:
        path: the file itself where it is UTF-8 already, else a copy; lines that could not be decoded are empty there.
        undecodable: line number, from 1, and bytes of each line that could not be decoded.
    """

    path: Path
    undecodable: tuple[tuple[int, bytes], ...] = ()


def detect(path: Path) -> str:
    """The encoding of a file: its mark, else UTF-8 if it decodes to words, else the best match of its letters."""
    with path.open("rb") as file:
        head = file.read(1 << 16)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if head and head.count(0) > len(head) // 4:
        return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"
    is_utf8 = _is_utf8(path)
    lines = list(_lines_with_high_bytes(path))
    valid = lines if is_utf8 else [line for line in lines if _decodes(line, "utf-8")]
    if len(valid) == len(lines):
        return "gb18030" if lines and _is_unlikely_utf8(lines) and _is_everyday_chinese(lines) else "utf-8"
    broken = [line for line in lines if not _decodes(line, "utf-8")]
    if _is_everyday_chinese(broken) and (not valid or _is_everyday_chinese(valid)):
        return "gb18030"
    return "utf-8" if 2 * len(valid) >= len(lines) else _one_of_the_old(lines)


def decode(path: Path, encoding: str, scratch: Path, is_given: bool = False) -> Decoded:
    """The file in UTF-8; lines that do not decode are set aside.

    Args:
        path: the file.
        encoding: what it is in.
        scratch: where to write a copy, if one is needed.
        is_given: the encoding was said, not guessed; then lines in UTF-8 among lines of another encoding are not
            looked for.

    Raises:
        InputError: there is no such encoding.
    """
    name = _known(encoding)
    if name.startswith(("utf-16", "utf-32")):
        return _decode_wide(path, name, scratch)
    has_line_feeds = any(b"\n" in block for block in _blocks(path))
    if name in ("utf-8", "utf-8-sig") and has_line_feeds and _is_utf8(path):
        return Decoded(path)
    return _decode_lines(path, name, scratch, not has_line_feeds, is_given)


def _known(encoding: str) -> str:
    try:
        b"".decode(encoding)  # some codecs, base64 for one, are none of text
        return codecs.lookup(encoding).name
    except (LookupError, ValueError) as error:
        raise InputError(
            t("{name} cannot be {value}", name="encoding", value=repr(encoding)),
            why=t("it was given with --encoding; Python does not know it"),
            fix=t(
                "leave it out to have it detected, or use one of: {names}",
                names="utf-8, cp1252, latin-1, gb18030, utf-16",
            ),
            code="IMPORT-19",
        ) from error


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block


def _whole_lines(path: Path, is_mac: bool) -> Iterator[bytes]:
    """The file in blocks that end with a line."""
    rest = b""
    for block in _blocks(path):
        text = rest + (block.replace(b"\r", b"\n") if is_mac else block)
        cut = text.rfind(b"\n") + 1
        rest = text[cut:]
        yield text[:cut]
    yield rest


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(path):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeError:
        return False
    return True


def _lines_with_high_bytes(path: Path) -> Iterator[bytes]:
    found = 0
    for block in _whole_lines(path, is_mac=False):
        if block.isascii():
            continue
        for line in block.split(b"\n"):
            if not line.isascii():
                yield line
                found += 1
                if found >= SAMPLE_LINES:
                    return


def _is_unlikely_utf8(lines: list[bytes]) -> bool:
    """Whether lines that decode as UTF-8 hold by chance what does: half of their words are none in any language."""
    words = [word for line in lines for word in FOREIGN.findall(line.decode("utf-8", "ignore"))]
    return 2 * sum(LIKELY.fullmatch(word) is None for word in words) > len(words)


@cache
def _everyday() -> frozenset[str]:
    """Chinese letters and signs in everyday use: most files need not know them."""
    return frozenset(
        "".join(bytes((row, at)).decode("gbk", "ignore") for row in CHINESE_ROWS for at in range(0xA1, 0xFF))
    )


def _is_everyday_chinese(lines: list[bytes]) -> bool:
    """Whether lines read as GB 18030 are common letters that, unlike Western accents, stand in no word of ASCII."""
    texts = [line.decode("gb18030", "replace") for line in lines]
    words = [word for text in texts for word in FOREIGN.findall(text)]
    everyday = _everyday()
    n_common = sum(letter in everyday for word in words for letter in word)
    n_beside = sum(len(BESIDE_LETTER.findall(text)) for text in texts)
    return n_common >= 0.7 * sum(map(len, words)) and 2 * n_beside < len(words)


def _one_of_the_old(lines: list[bytes]) -> str:
    """gb18030, cp1252 or latin-1: Chinese comes in runs of pairs, Western accents stand alone between letters."""
    runs = [run for line in lines for run in HIGH.findall(line)]
    n_high = sum(map(len, runs))
    n_paired = sum(2 * len(GB_PAIR.findall(run)) for run in runs)
    n_decoded = sum(_decodes(line, "gb18030") for line in lines)
    if n_high and n_paired >= 0.8 * n_high and n_decoded >= 0.5 * len(lines):
        return "gb18030"
    undefined = sum(len(UNDEFINED_IN_CP1252.findall(run)) for run in runs)
    controls = sum(0x80 <= byte < 0xA0 for run in runs for byte in run)
    return "latin-1" if undefined and undefined * 2 >= controls else "cp1252"


def _decode_lines(path: Path, encoding: str, scratch: Path, is_mac: bool, is_given: bool) -> Decoded:
    undecodable: list[tuple[int, bytes]] = []
    number = 0
    looks_for_utf8 = encoding in SINGLE_BYTE and not is_given
    with scratch.open("w", encoding="utf-8", newline="") as out:
        for block in _whole_lines(path, is_mac):
            suspicious = looks_for_utf8 and UTF8_PAIR.search(block) is not None
            if not suspicious and _decodes(block, encoding):
                out.write(block.decode(encoding))
                number += block.count(b"\n")
                continue
            for line in _split(block):
                number += 1
                is_other = suspicious and not line.isascii() and _decodes(line, "utf-8")
                if is_other or not _decodes(line, encoding):
                    undecodable.append((number, line.rstrip(b"\r\n")))
                    out.write("\n")
                else:
                    out.write(line.decode(encoding))
    return Decoded(scratch, tuple(undecodable))


def _split(block: bytes) -> list[bytes]:
    """The lines of a block with their line feeds; other line ends are part of the text."""
    *lines, last = block.split(b"\n")
    return [*(line + b"\n" for line in lines), *([last] if last else [])]


def _decode_wide(path: Path, encoding: str, scratch: Path) -> Decoded:
    """UTF-16 and UTF-32: lines cannot be told apart before they are decoded."""
    with path.open("rb") as file:
        has_mark = file.read(4).startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE))
    named = encoding if has_mark or encoding.endswith(("le", "be")) else f"{encoding}-le"
    decoder = codecs.getincrementaldecoder(named)("replace")
    undecodable: list[tuple[int, bytes]] = []
    number, rest = 0, ""
    with scratch.open("w", encoding="utf-8", newline="") as out:
        for block in [*_blocks(path), b""]:
            text = rest + decoder.decode(block, final=not block)
            *lines, rest = text.split("\n") if block else [*text.split("\n"), ""]
            for line in lines:
                number += 1
                if "\ufffd" in line:
                    undecodable.append((number, line.encode()))
                out.write("" if "\ufffd" in line else line.lstrip("\ufeff"))
                out.write("\n")
    return Decoded(scratch, tuple(undecodable))
