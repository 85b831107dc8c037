"""What another way of showing products would have earned, from what was logged under the old one.

With reward r, propensity p of the logged action under the old policy, probability q of that action under the new one,
weight w = q / p, an estimate m(x, a) of the reward and its mean m(x, new) under the new policy, over n rows:

    IPS        mean of w r                                          Horvitz & Thompson (1952)
    SNIPS      sum of w r / sum of w                                Swaminathan & Joachims (2015)
    DM         mean of m(x, new)
    DR         mean of m(x, new) + w (r - m(x, a))                  Dudík, Langford & Li (2011)
    switch-DR  the same with w = 0 where it is above a limit        Wang, Agarwal & Dudík (2017)

as the Open Bandit Pipeline computes them (Saito, Aihara, Matsutani & Narita 2021, sections 2 and 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtri

from shopwright.i18n import Text, t
from shopwright.recommend.logged import Logged, read_logged
from shopwright.recommend.resampling import sums
from shopwright.shop.arguments import check_seed

__all__ = ["OffPolicy", "off_policy"]

SCHEMA = {
    "estimator": pl.String,
    "value": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "boot_low": pl.Float64,
    "boot_high": pl.Float64,
    "error": pl.Float64,
    "clipped": pl.Float64,
}
LEAST_EFFECTIVE, LEAST_SHARE = 100, 0.01
FAR = 3.0  # standard errors between the mean weight and one


@dataclass(frozen=True, eq=False)
class OffPolicy:
    """What a new policy would have earned for each row of the log.

    Attributes:
        table: estimator (ips, snips, and with a reward model dm, dr, switch-dr), value, low, high (normal interval),
            boot_low, boot_high (bootstrap interval, percentiles), error (standard error), clipped (what clipping the
            weights changed in the value, an estimate of its bias; null where no weights are clipped).
        logged: mean reward of the log itself.
        n: rows.
        n_groups: groups of rows that do not depend on each other.
        effective: effective sample size (sum of w)² / sum of w² (Kish 1965), of the clipped weights.
        mean_weight: mean of w before clipping; near one where the log holds all the new policy would show.
        n_clipped: rows whose weight was clipped.
        n_untouched: rows whose action the new policy never takes.
        level: of the intervals.
        warnings: why the numbers may not be trusted.
    """

    table: pl.DataFrame
    logged: float
    n: int
    n_groups: int
    effective: float
    mean_weight: float
    n_clipped: int
    n_untouched: int
    level: float
    warnings: tuple[Text, ...]

    def value(self, estimator: str) -> float:
        """The estimate of one estimator."""
        return float(self.table.filter(pl.col("estimator") == estimator)["value"].item())

    def __str__(self) -> str:
        lines = [
            str(
                t(
                    "{n:,} rows logged, reward {logged:.4f} each; effective sample {effective:,.0f}; mean weight "
                    "{mean:.3f}",
                    n=self.n,
                    logged=self.logged,
                    effective=self.effective,
                    mean=self.mean_weight,
                )
            )
        ]
        for name, value, low, high in self.table.select("estimator", "value", "low", "high").iter_rows():
            lines.append(f"  {name:<10}{value:.4f}  ({low:.4f} … {high:.4f})")
        return "\n".join([*lines, *map(str, self.warnings)])


def off_policy(  # noqa: PLR0913 - by name
    reward: Sequence[float] | np.ndarray,
    propensity: Sequence[float] | np.ndarray,
    target: Sequence[float] | np.ndarray,
    *,
    estimated: Sequence[float] | np.ndarray | None = None,
    expected: Sequence[float] | np.ndarray | None = None,
    groups: Sequence[Any] | np.ndarray | pl.Series | None = None,
    clip: float | None = None,
    switch: float | None = None,
    level: float = 0.95,
    draws: int = 1_000,
    seed: int = 0,
) -> OffPolicy:
    """Estimate the mean reward of a new policy from rows logged under another one.

    Args:
        reward: what each logged action earned, shape (n,).
        propensity: probability of the logged action under the policy that logged it, above 0 and at most 1.
        target: probability of the same action under the new policy, 0 to 1.
        estimated: reward model's estimate for the logged action. It should not have learned from the same rows.
        expected: its mean over the actions of the new policy in the same situation. With both there are also dm, dr
            and switch-dr.
        groups: which rows belong together (one list, one customer) and may depend on each other; intervals are then
            those of groups. None: each row stands alone.
        clip: greatest weight; larger ones are cut to it, which lowers variance and biases the value: with rewards of 0
            or more, IPS can only fall. What it changed is told in the table. None: no weight is cut.
        switch: greatest weight that switch-dr still uses; None: the 99 % quantile of the weights.
        level: of the intervals.
        draws: of the bootstrap.
        seed: of the bootstrap.

    Returns:
        The estimates, their intervals and what speaks against them.

    Raises:
        UsageError: an array is empty, of another length or not finite (RECOMMEND-28), a propensity or probability is
            outside its range, or `clip`, `switch` or `level` is (RECOMMEND-29); or the seed is no whole number
            (USAGE-25).
    """
    check_seed(seed)
    rows = read_logged(
        (reward, propensity, target), (estimated, expected), groups, clip=clip, switch=switch, level=level
    )
    weight = rows.target / rows.propensity
    used = weight if clip is None else np.minimum(weight, clip)
    limit = float(np.quantile(weight, 0.99)) if switch is None else switch
    found, names = _parts(rows, used, limit)
    whole, _ = _parts(rows, weight, limit)
    by_group = [_grouped(column, rows) for pair in found for column in pair]
    drawn = sums(np.stack(by_group, axis=1), seed, draws=draws)
    table = [
        (
            name,
            *_estimate(by_group[2 * part], by_group[2 * part + 1], drawn[:, 2 * part : 2 * part + 2], level),
            _shift(name, part, found, whole, clip),
        )
        for part, name in enumerate(names)
    ]
    square = float(np.sum(used**2))
    effective = float(np.sum(used)) ** 2 / square if square > 0 else 0.0
    return OffPolicy(
        pl.DataFrame(table, schema=SCHEMA, orient="row"),
        float(rows.reward.mean()),
        len(weight),
        rows.n_groups,
        effective,
        float(weight.mean()),
        0 if clip is None else int(np.sum(weight > clip)),
        int(np.sum(rows.target == 0)),
        level,
        tuple(_warnings(rows, weight, effective)),
    )


def _parts(rows: Logged, weight: np.ndarray, limit: float) -> tuple[list[tuple[np.ndarray, np.ndarray]], list[str]]:
    """Numerator and denominator of each estimator, row by row: the value is the ratio of their sums."""
    one = np.ones(len(weight))
    found = [("ips", weight * rows.reward, one), ("snips", weight * rows.reward, weight)]
    if rows.estimated is not None and rows.expected is not None:
        rest = rows.reward - rows.estimated
        near = np.where(rows.target / rows.propensity <= limit, weight, 0.0)
        found += [
            ("dm", rows.expected, one),
            ("dr", rows.expected + weight * rest, one),
            ("switch-dr", rows.expected + near * rest, one),
        ]
    return [(numerator, denominator) for _, numerator, denominator in found], [name for name, _, _ in found]


def _grouped(values: np.ndarray, rows: Logged) -> np.ndarray:
    """Sums by group, shape (groups,)."""
    return np.bincount(rows.group, weights=values, minlength=rows.n_groups).astype(float)


def _estimate(
    top: np.ndarray, bottom: np.ndarray, drawn: np.ndarray, level: float
) -> tuple[float, float, float, float, float, float]:
    """Value, normal interval, bootstrap interval and standard error of a ratio of sums over groups.

    The error is that of a ratio (delta method): for denominators of one, that of a mean of groups.
    """
    if not bottom.sum() > 0:  # the new policy takes no logged action at all
        return (np.nan,) * 6
    value = top.sum() / bottom.sum()
    rest = top - value * bottom
    g = len(top)
    error = float(np.sqrt(np.sum(rest**2) * (g / (g - 1))) / bottom.sum()) if g > 1 else np.nan
    far = float(ndtri((1 + level) / 2)) * error
    kept = drawn[drawn[:, 1] > 0]
    low, high = np.quantile(kept[:, 0] / kept[:, 1], [(1 - level) / 2, (1 + level) / 2])
    return float(value), float(value - far), float(value + far), float(low), float(high), error


def _shift(
    name: str,
    part: int,
    clipped: list[tuple[np.ndarray, np.ndarray]],
    whole: list[tuple[np.ndarray, np.ndarray]],
    clip: float | None,
) -> float | None:
    """What clipping changed in the value; nothing is clipped in the direct method."""
    if clip is None or name == "dm" or not whole[part][1].sum() > 0:
        return None
    values = [float(top.sum() / bottom.sum()) for top, bottom in (clipped[part], whole[part])]
    return values[0] - values[1]


def _warnings(rows: Logged, weight: np.ndarray, effective: float) -> list[Text]:
    found = []
    by_group = _grouped(weight - 1, rows)
    error = float(np.sqrt(np.sum((by_group - by_group.mean()) ** 2))) / len(weight)
    if weight.mean() < 1 - FAR * error and weight.mean() < 0.99:
        found.append(
            t(
                "support is lacking: the mean weight is {mean:.2f} in place of 1, so the log holds only about "
                "{mean:.0%} of what the new policy would do; nothing is known of the rest",
                mean=float(weight.mean()),
            )
        )
    if weight.mean() > 1 + FAR * error and weight.mean() > 1.01:
        found.append(
            t(
                "the mean weight is {mean:.2f} in place of 1: logged propensities are too low, or the new policy's "
                "probabilities too high",
                mean=float(weight.mean()),
            )
        )
    if effective < max(LEAST_EFFECTIVE, LEAST_SHARE * len(weight)):
        found.append(
            t(
                "the effective sample is {effective:,.0f} of {n:,} rows: a few heavy rows decide, and the intervals "
                "are too narrow",
                effective=effective,
                n=len(weight),
            )
        )
    return found
