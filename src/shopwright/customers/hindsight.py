"""What earlier days of the same customers teach: how high the level is, what trees add, how far outcomes lie apart.

A day in the past is taken for today, everything is fitted to what was known then, and what followed is compared.
Nothing here sees a purchase after the last day that is known.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from shopwright.customers.lifetime_head import Head, Lesson, features, fit_head
from shopwright.customers.pace import fit_pace
from shopwright.customers.purchases import Purchases

__all__ = ["APART", "LEVEL_SD", "Hindsight", "look_back"]

LEAST_DAYS, LEAST_REPEATERS = 168, 200  # below these the past cannot be split
LEVEL_AT = (0.5, 0.56, 0.62, 0.68, 0.75)  # earlier days, as shares of the time known
JUDGE = 3  # place among them of the one on which trees are judged
LEARN_AT = (0.44, 0.5, 0.56)  # and those from which trees learn that are judged there
SETTLED_DAYS = 84  # a level is measured where half of the customers have been known for longer
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0)
HALF = 0.5  # what trees count where little is known of how good they are
SPREADS = tuple(np.exp(np.linspace(-2, 2, 17)))
LEVEL_SD = 0.1  # how far off the level a model may well be, as a share
APART = 2.0  # overlapping stretches say as much as this many that do not overlap


@dataclass(frozen=True, eq=False)
class Hindsight:
    """What was learned.

    Attributes:
        level: what the model's purchases are multiplied by.
        head: trees on top of it, None where the past cannot be split or they did not help.
        spread: what the shape of purchase rates is multiplied by.
        biases: on each earlier day that tells of the level, purchases expected over those that came, less one.
    """

    level: float = 1.0
    head: Head | None = None
    spread: float = 1.0
    biases: tuple[float, ...] = ()


@dataclass(frozen=True, eq=False)
class _Lesson(Lesson):
    """A lesson, with chances to be active, shapes of rates, and whether its customers had settled."""

    alive: np.ndarray
    shape: np.ndarray
    is_settled: bool


def look_back(purchases: Purchases, season: np.ndarray, seed: int) -> Hindsight:
    """Learn from earlier days; nothing where little is known.

    In their first weeks customers buy more than the model has it, so a level measured then tells of newcomers. It is
    taken only from days on which half of the customers had been known for twelve weeks.

    Args:
        purchases: what is known.
        season: how much a day of each month counts, shape (12,).
        seed: of the trees.
    """
    days = purchases.until - int(purchases.day.min()) + 1
    if days < LEAST_DAYS or np.count_nonzero(purchases.repeats) < LEAST_REPEATERS:
        return Hindsight()
    lessons = [_lesson(purchases, season, int(days * (1 - share))) for share in LEVEL_AT]
    ratios = [lesson.came.sum() / lesson.bought.sum() for lesson in lessons if lesson.is_settled and lesson.came.any()]
    since = int(days * (1 - LEVEL_AT[JUDGE]))
    earlier = purchases.before(purchases.until - since)
    early = [_lesson(earlier, season, int(days * (1 - share)) - since) for share in LEARN_AT]
    judged, level = lessons[JUDGE], _level(np.array(ratios))
    biases = tuple(float(1 / ratio - 1) for ratio in ratios)
    if not judged.came.any() or not any(lesson.came.any() for lesson in early):
        return Hindsight(level, biases=biases)
    tried = fit_head(early, seed)
    weight = _best_weight(tried, judged)
    bought = judged.bought * tried.factor(judged.known, weight)
    spread = _spread(judged, bought * judged.came.sum() / bought.sum())
    head = Head(fit_head(lessons, seed).trees, weight) if weight else None
    return Hindsight(level, head, spread, biases)


def _level(ratios: np.ndarray) -> float:
    """Mean of the ratios in logarithms, drawn to none as far as they contradict each other."""
    if len(ratios) < 2:
        return 1.0
    logs = np.log(ratios)
    doubt = float(logs.var(ddof=1)) / APART
    return float(np.exp(logs.mean() * LEVEL_SD**2 / (LEVEL_SD**2 + doubt)))


def _lesson(purchases: Purchases, season: np.ndarray, days: int) -> _Lesson:
    """The last `days` days, and what was told of them before."""
    known = purchases.before(purchases.until - days)
    pace = fit_pace(known, season)
    alive, bought, shape = pace.told(known, days)
    return _Lesson(
        features(known, pace, (alive, bought), pace.clock.ahead(known.until, days)),
        bought,
        purchases.counted(known, days),
        alive,
        shape,
        bool(np.median(known.until - known.first) >= SETTLED_DAYS),
    )


def _best_weight(head: Head, judged: Lesson) -> float:
    """How much of the trees to believe: half way between a half and what gave the least squared error.

    One stretch of time says little of it. They are left out where a half lost by more than two standard errors. All
    are compared at the level that was right.
    """
    losses = {}
    for weight in WEIGHTS:
        told = judged.bought * head.factor(judged.known, weight)
        losses[weight] = (judged.came - told * judged.came.sum() / told.sum()) ** 2
    worse = losses[HALF] - losses[0.0]
    if worse.mean() > 2 * worse.std() / np.sqrt(len(worse)):
        return 0.0
    return (HALF + min(losses, key=lambda weight: float(losses[weight].mean()))) / 2


def _spread(judged: _Lesson, bought: np.ndarray) -> float:
    """The factor on shapes under which outcomes were most likely: negative binomial for those active, else none."""
    came, alive, shape = judged.came, judged.alive, judged.shape
    mean = np.maximum(bought / np.maximum(alive, 1e-9), 1e-12)
    best = []
    for factor in SPREADS:
        k = shape * factor
        logs = gammaln(k + came) - gammaln(k) - gammaln(came + 1) - k * np.log1p(mean / k)
        logs += came * (np.log(mean) - np.log(k + mean))
        likely = alive * np.exp(logs) + np.where(came == 0, 1 - alive, 0)
        best.append(float(np.log(np.maximum(likely, 1e-300)).sum()))
    return float(SPREADS[int(np.argmax(best))])
