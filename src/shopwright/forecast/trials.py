"""What a forecaster told in the windows tried and tells ahead, with quantiles around its means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from shopwright.forecast.boosted import Boosted
from shopwright.forecast.cast import Cast, blend
from shopwright.forecast.linear import Linear
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.season import Season
from shopwright.forecast.spread import Own, Spread, from_last_year, from_windows
from shopwright.i18n import Text

__all__ = ["Trial", "best_spread", "with_spread"]


@dataclass(frozen=True, eq=False)
class Trial:
    """A forecaster's casts for the windows tried, and its cast for the time ahead.

    Attributes:
        name: of the forecaster.
        windows: one cast for each window, from what was known before it.
        ahead: the cast that counts.
        model: what was fitted to all of the history, where there is something to explain it by.
        notes: SKUs that it could not tell ahead, and what did instead.
        remarks: what was changed about it because of the windows.
    """

    name: str
    windows: tuple[Cast, ...]
    ahead: Cast
    model: Boosted | Linear | None = None
    notes: Mapping[str, Text] = field(default_factory=dict)
    remarks: tuple[Text, ...] = ()


def with_spread(
    name: str,
    panel: Panel,
    ends: Sequence[int],
    means: list[Floats],
    mean: Floats,
    model: Boosted | Linear | None = None,
) -> Trial:
    """Quantiles around means, by each product's own last year or by how far it strayed in the windows.

    The year has more to say where products only have a season in common; the windows where much is known ahead, as
    days on which a shop is closed. What loses less in the windows is taken; each is judged without itself.
    """
    if not ends:
        spread = Spread.of_past(panel.units, _season(panel), panel.period)
        return Trial(name, (), spread.around(mean, _last_year(panel)), model)
    truths = [panel.truth(end) for end in ends]
    year = [_last_year(panel.before(end)) for end in ends]
    ways = [(year, _last_year(panel))]
    if len(ends) > 1:
        others = [_others(means, truths, at) for at in range(len(ends))]
        ways.append((others, from_windows(means, truths)))
    found = [_around(name, means, truths, own, mean, now, model) for own, now in ways]
    return min(found, key=lambda trial: _loss(trial, truths))


def best_spread(panel: Panel, ends: Sequence[int], own: Trial) -> Trial:
    """A forecaster's own quantiles, those around its means as any other's, or both half and half: what loses less.

    A model that has learned elsewhere knows how products usually stray, and not how those of this shop do.
    """
    if not ends:
        return own
    around = with_spread(own.name, panel, ends, [cast.mean for cast in own.windows], own.ahead.mean)
    both = replace(
        own,
        windows=tuple(blend(pair, (0.5, 0.5)) for pair in zip(own.windows, around.windows, strict=True)),
        ahead=blend((own.ahead, around.ahead), (0.5, 0.5)),
    )
    truths = [panel.truth(end) for end in ends]
    return min((own, replace(around, notes=own.notes), both), key=lambda trial: _loss(trial, truths))


def _around(
    name: str,
    means: list[Floats],
    truths: list[Floats],
    own: list[Own],
    mean: Floats,
    now: Own,
    model: Boosted | Linear | None,
) -> Trial:
    spread = Spread.learn(means, truths, [each.restless for each in own])
    windows = tuple(spread.around(told, each) for told, each in zip(means, own, strict=True))
    return Trial(name, windows, spread.around(mean, now), model)


def _loss(trial: Trial, truths: list[Floats]) -> float:
    return sum(float(np.nansum(cast.losses(truth))) for cast, truth in zip(trial.windows, truths, strict=True))


def _others(means: list[Floats], truths: list[Floats], at: int) -> Own:
    """What the other windows say of each product."""
    rest = [other for other in range(len(means)) if other != at]
    return from_windows([means[other] for other in rest], [truths[other] for other in rest])


def _last_year(panel: Panel) -> Own:
    return from_last_year(panel.units, _season(panel), panel.period)


def _season(panel: Panel) -> Floats:
    return Season.learn(panel.known, panel.country).of(panel.known.days)
