"""What the network reads with what it should have told, from histories cut before their ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.t5.histories import histories
from shopwright.forecast.t5.inputs import Array, Histories, Inputs, inputs
from shopwright.forecast.t5.names import arrays
from shopwright.forecast.t5.slots import slotted

__all__ = ["Lesson", "lesson", "lessons_of", "together"]

FURTHEST = 8.0  # in the network's scale: what lies beyond teaches nothing but itself


@dataclass(frozen=True, eq=False)
class Lesson:
    """For n products at one origin.

    Attributes:
        given: what the network reads, as `Inputs` says, in its order.
        truth: in the network's scale, shape (n, patches ahead * slots), 0 where unknown.
        weight: of each period, shape as the truth, 0 where it is unknown.
    """

    given: tuple[Array, ...]
    truth: Array
    weight: Array


def lesson(given: Histories, truth: Floats) -> Lesson:
    """From histories and the units of the H periods ahead, shape (n, H), NaN where unknown."""
    made = inputs(given)
    z = made.scale.told(np.nan_to_num(truth), given.units.shape[1])
    weight = np.isfinite(truth) * _importance(made)[:, None]
    period = given.period
    return Lesson(
        tuple(arrays(made).values()),
        slotted(np.where(weight > 0, np.clip(z, -FURTHEST, FURTHEST), 0.0), period),
        slotted(weight, period),
    )


def together(parts: list[Lesson]) -> Lesson:
    """Several lessons of as many patches as one."""
    given = zip(*(part.given for part in parts), strict=True)
    return Lesson(
        tuple(np.concatenate(each) for each in given),
        np.concatenate([part.truth for part in parts]),
        np.concatenate([part.weight for part in parts]),
    )


def lessons_of(panel: Panel, end: int, until: int, rows: np.ndarray, whole: Histories) -> Lesson:
    """One of a panel's products at an origin; nothing from period `until` on is shown.

    Args:
        panel: n SKUs.
        end: periods known at the origin.
        until: periods whose truth may be learned from.
        rows: which products.
        whole: histories of all of them at that origin.
    """
    truth = np.full((len(rows), panel.horizon), np.nan)
    seen = panel.units[rows, end : min(end + panel.horizon, until)]
    truth[:, : seen.shape[1]] = seen
    return lesson(whole.some(rows), truth)


def whole_at(panel: Panel, end: int) -> Histories:
    """Histories of all products of a panel as they were known at an origin."""
    return histories(panel.before(end))


def _importance(made: Inputs) -> Array:
    """Products with more at stake count more, as in the loss over all units of a shop, but not in full."""
    spread = np.sqrt(made.scale.spread[:, 0])
    return np.asarray(np.clip(spread / spread.mean(), 0.3, 3.0), np.float32)
