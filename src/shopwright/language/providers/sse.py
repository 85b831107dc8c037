"""Server-sent events out of a stream of bytes, however it is cut (WHATWG HTML, 9.2.6)."""

from __future__ import annotations

import codecs

__all__ = ["Events"]


class Events:
    r"""Takes bytes as they come and gives the data of each event that is complete.

    >>> events = Events()
    >>> events.feed(b"data: {1}\r"), events.feed(b"\n: a comment\n\ndata: \xe4\xbd"), events.feed(b"\xa0\n\n")
    ([], ['{1}'], ['你'])
    """

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        self._rest = ""
        self._data: list[str] = []
        self._is_first = True
        self._after_return = False

    @property
    def pending(self) -> int:
        """Characters held back because their line or event is not complete."""
        return len(self._rest) + sum(map(len, self._data))

    def feed(self, data: bytes) -> list[str]:
        """Data of the events these bytes complete."""
        return self._take(self._decode(data))

    def end(self) -> list[str]:
        """Data of a last event that the server did not close with an empty line."""
        return self._take(self._decode(b"", True) + "\n\n")

    def _take(self, text: str) -> list[str]:
        if self._is_first and text:
            self._is_first, text = False, text.removeprefix("\ufeff")
        if self._after_return and text:  # the two signs of one line end came in two pieces
            self._after_return, text = False, text.removeprefix("\n")
        if text:
            self._after_return = text.endswith("\r")
        *lines, self._rest = (self._rest + text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")
        return [data for line in lines if (data := self._line(line)) is not None]

    def _line(self, line: str) -> str | None:
        if not line:
            data, self._data = "\n".join(self._data), []
            return data if data.strip() else None  # an empty one keeps the line open, and says nothing
        name, _, value = line.partition(":")
        if name == "data":
            self._data.append(value.removeprefix(" "))
        return None
