"""A linear chain over the labels outside, begin and inside: chances and the best path, all sentences at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shopwright.reviews.aspect_tokens import Places

__all__ = ["BEGIN", "INSIDE", "OUTSIDE", "Rows", "best", "chances", "laid_out"]

OUTSIDE, BEGIN, INSIDE = range(3)
LONGEST = 48  # tokens in a row; a longer sentence is cut, so that one of a thousand does not pad all others
_NEVER = np.float32(-1e4)
Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Where each token stands in a table of rows of alike length.

    Attributes:
        token: numbers of the tokens of each row, (rows, longest); the last of a short row is repeated.
        size: tokens of each row.
    """

    token: Places
    size: Places


def laid_out(sentence: Places) -> list[Rows]:
    """Tokens as rows, one for each sentence, rows of like length together.

    Args:
        sentence: number of each token's sentence, ascending.
    """
    if not len(sentence):
        return []
    starts = np.flatnonzero(np.concatenate([[True], sentence[1:] != sentence[:-1]]))
    sizes = np.diff(np.append(starts, len(sentence)))
    n_parts = -(-sizes // LONGEST)
    part = np.arange(n_parts.sum()) - np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    first = np.repeat(starts, n_parts) + part * LONGEST
    size = np.minimum(np.repeat(sizes, n_parts) - part * LONGEST, LONGEST)
    found = []
    for low, high in ((1, 6), (7, 12), (13, 20), (21, 32), (33, LONGEST)):
        rows = np.flatnonzero((size >= low) & (size <= high))
        if len(rows):
            longest = int(size[rows].max())
            token = first[rows, None] + np.minimum(np.arange(longest), size[rows, None] - 1)
            found.append(Rows(token, size[rows]))
    return found


def _moves(steps: Array) -> tuple[Array, Array]:
    """Scores of each step from a label to the next, and of labels to begin with: inside cannot follow outside."""
    moves = steps.copy()
    moves[OUTSIDE, INSIDE] = _NEVER
    return moves, np.array([0, 0, _NEVER], np.float32)


def best(scores: Array, steps: Array, rows: Rows) -> tuple[Places, NDArray[np.int8]]:
    """The best path of each row (Viterbi 1967), as tokens and their labels."""
    moves, first = _moves(steps)
    table = scores[rows.token]
    n, longest, _ = table.shape
    came = np.zeros((n, longest, 3), np.int8)
    so_far = table[:, 0] + first
    for at in range(1, longest):
        ways = so_far[:, :, None] + moves
        came[:, at] = ways.argmax(axis=1)
        there = at < rows.size
        so_far[there] = (ways.max(axis=1) + table[:, at])[there]
    label = np.zeros((n, longest), np.int8)
    now = so_far.argmax(axis=1)
    for at in range(longest - 1, -1, -1):
        there = at < rows.size
        label[there, at] = now[there]
        if at:
            now = np.where(there, came[np.arange(n), at, now], now)
    real = np.arange(longest) < rows.size[:, None]
    return rows.token[real], label[real]


def chances(scores: Array, steps: Array, rows: Rows) -> tuple[NDArray[np.float64], Array, NDArray[np.float64]]:
    """Of each row: the log of the sum over all paths, the chance of each label, and the chances of each step summed.

    The forward and backward recursions (Rabiner 1989).
    """
    moves, first = _moves(steps)
    table = scores[rows.token].astype(np.float64)
    longest = table.shape[1]
    ahead, behind = np.empty_like(table), np.zeros_like(table)
    ahead[:, 0] = table[:, 0] + first
    for at in range(1, longest):
        summed = _log_sum(ahead[:, at - 1, :, None] + moves, 1) + table[:, at]
        ahead[:, at] = np.where((at < rows.size)[:, None], summed, ahead[:, at - 1])
    total = _log_sum(ahead[:, -1], 1)
    stepped = np.zeros((3, 3))
    for at in range(longest - 2, -1, -1):
        next_one = moves + (table[:, at + 1] + behind[:, at + 1])[:, None, :]
        there = (at + 1 < rows.size)[:, None]
        behind[:, at] = np.where(there, _log_sum(next_one, 2), 0.0)
        both = np.exp(ahead[:, at, :, None] + next_one - total[:, None, None])
        stepped += both[there[:, 0]].sum(axis=0)
    label = np.exp(ahead + behind - total[:, None, None])
    return total, label.astype(np.float32), stepped


def _log_sum(values: NDArray[np.floating], axis: int) -> NDArray[np.float64]:
    top = values.max(axis=axis, keepdims=True)
    found: NDArray[np.float64] = np.log(np.exp(values - top).sum(axis=axis)) + top.squeeze(axis)
    return found
