"""What each kind of knowledge is worth to the forecast: the trees without it, on the same windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.errors import TableError
from shopwright.forecast.cast import Cast
from shopwright.forecast.columns import ALWAYS, Columns
from shopwright.forecast.ensemble import weighted_quantile_loss
from shopwright.forecast.explain import label
from shopwright.forecast.kinds import part_of
from shopwright.forecast.members import Way, boosted_in, ends_of, members_for
from shopwright.forecast.origins import horizon_of
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.predict import DECILES, check_asked, check_run
from shopwright.forecast.sampling import next_rows
from shopwright.forecast.season import Season
from shopwright.forecast.shop_panel import Listen, shop_panel
from shopwright.forecast.table import panel_of
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.shop.demand import Period
from shopwright.shop.history import history
from shopwright.shop.shop import Shop

__all__ = ["Ablation", "Worth", "ablate", "ablation"]


SURE = 2.0  # standard errors


@dataclass(frozen=True, slots=True)
class Worth:
    """A kind of knowledge and what the trees lose without it.

    Attributes:
        kind: as `without` takes it.
        name: for people.
        change: quantile loss without it over that with it, less one; above zero: it helps.
        error: standard error of that over products.
    """

    kind: str
    name: Text
    change: float
    error: float

    @property
    def verdict(self) -> Text:
        """Helps, harms, or makes no difference that the windows could show."""
        if abs(self.change) <= SURE * self.error:
            return t("no difference to be seen")
        return t("helps") if self.change > 0 else t("harms: forecast without it")


@dataclass(frozen=True, eq=False)
class Ablation:
    """Every kind of knowledge the trees have, most useful first.

    Attributes:
        worths: one for each kind.
        n_windows: windows it was judged on, each from what was known before the first.
        loss: quantile loss with everything, over units sold.
    """

    worths: tuple[Worth, ...]
    n_windows: int
    loss: float

    @property
    def harmful(self) -> tuple[str, ...]:
        """Kinds that do harm by more than two standard errors: what `forecast(…, without=…)` should be told."""
        return tuple(worth.kind for worth in self.worths if worth.change < -SURE * worth.error)

    def __repr__(self) -> str:
        return f"<Ablation: {len(self.worths)} kinds of knowledge on {self.n_windows} windows, loss {self.loss:.4g}>"

    def frame(self) -> pl.DataFrame:
        """kind, change (share of the loss), standard_error, verdict."""
        return pl.DataFrame(
            {
                "kind": [worth.kind for worth in self.worths],
                "change": [worth.change for worth in self.worths],
                "standard_error": [worth.error for worth in self.worths],
                "verdict": [str(worth.verdict) for worth in self.worths],
            },
            schema={"kind": pl.String, "change": pl.Float64, "standard_error": pl.Float64, "verdict": pl.String},
        )

    def __str__(self) -> str:
        lines = [str(t("quantile loss of the trees without each kind of knowledge; windows: {n}", n=self.n_windows))]
        lines += [f"  {w.name}: {w.change:+.1%} ± {w.error:.1%}, {w.verdict}" for w in self.worths]
        return "\n".join(lines)


def ablation(
    source: Shop | pl.DataFrame,
    horizon: int = 0,
    freq: Period = "W",
    *,
    future: pl.DataFrame | None = None,
    static: pl.DataFrame | None = None,
    country: str = "",
    seed: int = 0,
    listen: Listen | None = None,
) -> Ablation:
    """What each kind of knowledge (latest sales, season, holidays, groups, each covariate) is worth to the trees.

    Args:
        source: a shop, or a table of sales as `forecast` takes it; a shop has its own period, promotions and groups.
        horizon: periods in a window; 0 takes the settings' or the usual one.
        freq: length of a period: D, W or M.
        future: as for `forecast`.
        static: as for `forecast`.
        country: ISO code whose public holidays count.
        seed: of the trees.
        listen: what else is known of a shop's products, as `shop_panel` takes it; it counts as taken here.

    Raises:
        UsageError: what `forecast` would refuse.
        TableError: there are no sales, or too little history to judge by (TABLE-21).
    """
    check_asked(horizon, freq, DECILES, ())
    check_run(seed)
    if isinstance(source, Shop):
        now = history(source)
        return ablate(shop_panel(source, now, horizon or horizon_of(source, now), listen), Way(seed))
    return ablate(panel_of(source, horizon, freq, future, static, country), Way(seed))


def ablate(panel: Panel, way: Way | None = None) -> Ablation:
    """Fit the trees anew without each kind of feature and compare their loss on the latest windows.

    Raises:
        TableError: there is too little history for windows, or for trees (TABLE-21).
    """
    way = way or Way()
    learned = panel.accepting().some(np.flatnonzero(np.isfinite(panel.units).any(axis=1)))
    ends = ends_of(learned)
    if not ends or not members_for(learned):
        raise TableError(
            t("what each kind of knowledge is worth cannot be said"),
            why=t("there is too little history to judge a forecast by"),
            fix=t("ask for fewer periods (--horizon 2), or import older orders"),
            code="TABLE-21",
        )
    truths = [learned.truth(end) for end in ends]
    kinds = _kinds(learned)
    with step(t("Forecasting without each kind of knowledge"), total=len(kinds) + 1) as bar:
        whole = _loss(boosted_in(learned, ends, way), truths)
        bar.advance()
        worths = []
        for kind in kinds:
            lost = _loss(boosted_in(learned, ends, Way(way.seed, way.threads, frozenset({kind}))), truths) - whole
            total = max(float(whole.sum()), 1e-12)
            error = float(lost.std() * np.sqrt(len(lost))) / total
            worths.append(Worth(kind, label(kind), float(lost.sum()) / total, error))
            bar.advance()
    sold = max(float(sum(np.nansum(truth) for truth in truths)), 1e-12)
    worths.sort(key=lambda worth: -worth.change)
    return Ablation(tuple(worths), len(ends), float(whole.sum()) / sold)


def _kinds(panel: Panel) -> list[str]:
    columns = Columns(panel, Season.learn(panel.known, panel.country))
    _, names, _ = columns.matrix(next_rows(1, panel.n_periods - 1, panel.horizon))
    return sorted({part_of(name) for name in names if name not in ALWAYS})


def _loss(casts: Sequence[Cast], truths: Sequence[Floats]) -> Floats:
    return np.asarray(sum(weighted_quantile_loss(cast, truth) for cast, truth in zip(casts, truths, strict=True)))
