"""Logged actions as arrays, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.shop.arguments import is_number

__all__ = ["Logged", "read_logged", "unreadable"]


@dataclass(frozen=True, eq=False)
class Logged:
    """Rows of a log; arrays of shape (n,).

    Attributes:
        reward: what the action earned.
        propensity: its probability under the old policy.
        target: its probability under the new policy.
        estimated: a model's estimate of its reward.
        expected: the mean of the model under the new policy.
        group: number of the group of each row, from 0.
        n_groups: how many there are.
    """

    reward: np.ndarray
    propensity: np.ndarray
    target: np.ndarray
    estimated: np.ndarray | None
    expected: np.ndarray | None
    group: np.ndarray
    n_groups: int


def read_logged(
    required: tuple[Any, Any, Any],
    model: tuple[Any, Any],
    groups: Sequence[Any] | np.ndarray | pl.Series | None,
    *,
    clip: float | None,
    switch: float | None,
    level: float,
) -> Logged:
    """The arrays (reward, propensity, target) and (estimated, expected), and the rules for weights, checked.

    Raises:
        UsageError: what `off_policy` says.
    """
    if (model[0] is None) != (model[1] is None):
        raise unreadable(t("estimated and expected belong together: give both, or neither"))
    n = len(required[0])
    reward, propensity, target = (
        _numbers(name, array, n) for name, array in zip(("reward", "propensity", "target"), required, strict=True)
    )
    estimated, expected = (
        None if array is None else _numbers(name, array, n)
        for name, array in zip(("estimated", "expected"), model, strict=True)
    )
    if groups is not None and len(groups) != n:
        raise unreadable(t("groups has {rows} rows, reward has {n}", rows=len(groups), n=n))
    _check_range("propensity", propensity, (propensity > 0) & (propensity <= 1), t("above 0 and at most 1"))
    _check_range("target", target, (target >= 0) & (target <= 1), t("from 0 to 1"))
    for name, value, is_good in (
        ("clip", clip, clip is None or (is_number(clip) and clip > 0)),
        ("switch", switch, switch is None or (is_number(switch) and switch >= 0)),
        ("level", level, is_number(level) and 0 < level < 1),
    ):
        if not is_good:
            raise _outside(name, value, t("clip above 0, switch 0 or more, level between 0 and 1"))
    number = np.arange(n) if groups is None else _places(groups)
    return Logged(reward, propensity, target, estimated, expected, number, int(number.max()) + 1)


def _numbers(name: str, values: Any, n: int) -> np.ndarray:
    """An array of n finite numbers."""
    array = np.asarray(values, dtype=float)
    if array.ndim != 1 or len(array) != n or n == 0:
        raise unreadable(t("{name} has the shape {shape}, reward has {n} rows", name=name, shape=array.shape, n=n))
    if not np.isfinite(array).all():
        raise unreadable(t("{name} has no number in row {row}", name=name, row=int(np.argmin(np.isfinite(array)))))
    return array


def _places(groups: Sequence[Any] | np.ndarray | pl.Series) -> np.ndarray:
    """Number of the group of each row, from 0, as they come."""
    named = pl.Series("group", list(groups))
    place = {name: at for at, name in enumerate(named.unique(maintain_order=True))}
    return np.array([place[name] for name in named])


def _check_range(name: str, values: np.ndarray, is_good: np.ndarray, allowed: Text) -> None:
    if not is_good.all():
        raise _outside(t("{name} in row {row}", name=name, row=int(np.argmin(is_good))), values[~is_good][0], allowed)


def unreadable(why: Text, fix: Text | None = None) -> UsageError:
    """The error for rows that cannot be used as they are."""
    return UsageError(
        t("the logged rows cannot be read"),
        why=why,
        fix=fix or t("give arrays of one length with a number in every row"),
        code="RECOMMEND-28",
    )


def _outside(name: Text | str, value: Any, allowed: Text) -> UsageError:
    return UsageError(
        t("{name} is {value}", name=name, value=value),
        why=t("allowed is: {allowed}", allowed=allowed),
        fix=t("log the probability with which the action was drawn; what was never drawn by chance tells nothing"),
        code="RECOMMEND-29",
    )
