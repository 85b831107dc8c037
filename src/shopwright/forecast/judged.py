"""What a backtest found: every forecast cell beside what was sold, and all scores as views of that one table."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, overload

import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.measures import calibration, measured
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period, periods_of
from shopwright.shop.money import Money
from shopwright.shop.schema import names as c

__all__ = ["VIEWS", "Backtest", "Score", "view_of"]

VIEWS: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "window": ("window", "first"),
    "class": ("abc", "xyz"),
    "step": ("step",),
    "category": (c.CATEGORY,),
    "sku": (c.SKU,),
}


@dataclass(frozen=True, slots=True)
class Score:
    """Accuracy over one window, or over all, summed over SKUs and periods.

    Attributes:
        first: first day judged.
        n_periods: periods judged.
        wape: sum of absolute errors over units sold (0.5: off by half).
        wape_naive: the same for the seasonal naive forecast.
        mase: mean absolute error over that of the product's own past (1: as good as repeating it); None where no
            product ever changed.
        bias: sum of errors over units sold; above zero means too high.
        wql: mean over deciles of twice the pinball loss over units sold (weighted quantile loss).
        wql_naive: the same for the seasonal naive forecast.
        coverage: share of outcomes inside the 80 % interval, by the randomised PIT.
        cost: money that ordering by the forecast would have cost; None where costs are not known.
        cost_naive: the same for the seasonal naive forecast.
    """

    first: date
    n_periods: int
    wape: float
    wape_naive: float
    mase: float | None
    bias: float
    wql: float
    wql_naive: float
    coverage: float
    cost: float | None = None
    cost_naive: float | None = None


@dataclass(frozen=True, eq=False)
class Backtest:
    """Scores of every window, latest first, as a sequence; and the cells they are summed from.

    Attributes:
        cells: one row for each product and period judged; the columns are those of `cells_of`.
        period: length of a period.
        horizon: periods in a window.
        how: how it was judged, and what its money means.
        currency: of the money; empty where costs are not known.
        as_of: last day of the sales it was judged by.
    """

    cells: pl.DataFrame
    period: Period
    horizon: int
    how: Text
    currency: str = ""
    as_of: date | None = None

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """One score for each window in which anything sold, latest first."""
        found = self.frame("window").filter(pl.col("wape").is_not_null())
        return tuple(self._score(row) for row in found.iter_rows(named=True))

    @property
    def total(self) -> Score | None:
        """All windows together; None where there is nothing to judge by."""
        row = measured(self.cells).row(0, named=True) if self.cells.height else {"wape": None}
        return None if row["wape"] is None else self._score({**row, "first": self.cells["first"].min()})

    def frame(self, by: str = "") -> pl.DataFrame:
        """The cells, or scores by "all", "window", "class", "step", "category" or "sku"; columns as in `measured`.

        Raises:
            UsageError: there is no such view.
        """
        return measured(self.cells, view_of(by)) if by else self.cells

    def calibration(self) -> pl.DataFrame:
        """How often ranges held: level (share of outcomes they are meant to hold), share (that they held)."""
        return calibration(self.cells)

    def chart(self, of: str = "step", *, skus: Sequence[str] = (), named: Mapping[str, str] | None = None) -> Any:
        """A chart (Altair).

        Args:
            of: "step" (error by how far ahead), "class" or "category" (error by group against the naive one),
                "calibration" (how often ranges held), or "sku" (what sold beside what was told).
            skus: products of the chart "sku"; none: those with most at stake.
            named: titles of products.

        Raises:
            UsageError: there is no such chart, or no such product was judged.
        """
        from shopwright.forecast.pictures import picture

        return picture(self, of, skus, named or {})

    def at_stake(self, most: int = 3) -> list[str]:
        """SKUs with most at stake: by cost of ordering where it is known, else by units off; dearest first."""
        off = (pl.col("mean") - pl.col(c.UNITS)).abs().sum().alias("off")
        cost = pl.col(c.COST).sum() if c.COST in self.cells.columns else pl.lit(0.0)
        found = self.cells.group_by(c.SKU).agg(off, cost.alias(c.COST))
        return found.sort(c.COST, "off", c.SKU, descending=[True, True, False])[c.SKU].to_list()[:most]

    def summary(self) -> Text:
        """The backtest in a sentence or two."""
        total = self.total
        if total is None:
            return t("There is too little history to judge a forecast by.")
        said = t(
            "{n} × {horizon} {unit} forecast from before them: off by {wape:.0%} of units sold (seasonal naive: "
            "{naive:.0%}), {bias:+.0%} on the whole; the range of 8 in 10 held {coverage:.0%} of outcomes",
            n=len(self.scores),
            horizon=self.horizon,
            unit=periods_of(self.horizon, self.period),
            wape=total.wape,
            naive=total.wape_naive,
            bias=total.bias,
            coverage=total.coverage,
        )
        if total.cost is None or total.cost_naive is None:
            return said
        return t(
            "{said}; ordering by it would have cost {cost}, by the naive one {naive}",
            said=said,
            cost=Money(total.cost, self.currency),
            naive=Money(total.cost_naive, self.currency),
        )

    def _score(self, row: Mapping[str, Any]) -> Score:
        steps = self.cells.filter(pl.col("first") == row["first"])["step"]
        return Score(
            first=row["first"],
            n_periods=len(steps.unique()),
            wape=row["wape"],
            wape_naive=row["wape_naive"],
            mase=row["mase"],
            bias=row["bias"],
            wql=row["wql"],
            wql_naive=row["wql_naive"],
            coverage=row["coverage"],
            cost=row.get("cost"),
            cost_naive=row.get("cost_naive"),
        )

    @overload
    def __getitem__(self, at: int) -> Score: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Score]: ...
    def __getitem__(self, at: int | slice) -> Score | Sequence[Score]:
        return self.scores[at]

    def __iter__(self) -> Iterator[Score]:
        return iter(self.scores)

    def __len__(self) -> int:
        return len(self.scores)

    def __str__(self) -> str:
        lines = [str(self.summary())]
        lines += [f"  {t('from {day}: {wape:.0%}, naive {naive:.0%}', **_short(score))}" for score in self.scores]
        return "\n".join([*lines, str(self.how)])

    def __repr__(self) -> str:
        return f"<Backtest: {self.summary()}>"

    def _repr_html_(self) -> str:
        total = self.total
        has_money = total is not None and total.cost is not None
        heads = ["", "WAPE", t("WAPE, naive"), "MASE", "WQL", t("Bias"), t("Held by 8 in 10")]
        heads += [t("Cost"), t("Naive's cost")] if has_money else []
        named = [(score.first.isoformat(), score) for score in self.scores]
        named += [(str(t("together")), total)] if total is not None else []
        rows = [(name, *_cells(score), *(self._money(score) if has_money else ())) for name, score in named]
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        head = "".join(f"<th>{html.escape(str(name))}</th>" for name in heads)
        said = (
            str(self.summary()) if self.as_of is None else f"{self.summary()} ({t('as of {day}', day=str(self.as_of))})"
        )
        table = f"<table><caption>{html.escape(said)}</caption><tr>{head}</tr>{body}</table>"
        return f"{table}<p>{html.escape(str(self.how))}</p>"

    def _money(self, score: Score) -> tuple[str, ...]:
        costs = (score.cost, score.cost_naive)
        return tuple("–" if cost is None else str(Money(cost, self.currency)) for cost in costs)


def view_of(name: str) -> tuple[str, ...]:
    """Columns that a view tells groups apart by.

    Raises:
        UsageError: there is no such view.
    """
    if name not in VIEWS:
        raise UsageError(
            t("scores cannot be shown by {by}", by=repr(name)),
            why=t("there are: {names}", names=", ".join(VIEWS)),
            fix=t("name one of these"),
            code="USAGE-80",
        )
    return VIEWS[name]


def _short(score: Score) -> dict[str, Any]:
    return {"day": score.first.isoformat(), "wape": score.wape, "naive": score.wape_naive}


def _cells(score: Score) -> tuple[str, ...]:
    mase = "–" if score.mase is None else f"{score.mase:.2f}"
    return (
        f"{score.wape:.1%}", f"{score.wape_naive:.1%}", mase, f"{score.wql:.3f}", f"{score.bias:+.1%}",
        f"{score.coverage:.0%}",
    )  # fmt: skip
