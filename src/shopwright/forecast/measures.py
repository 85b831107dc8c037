"""Scores out of cells: over everything, or by whatever cells can be told apart by."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from shopwright.shop.schema import names as c

__all__ = ["CENTRAL", "calibration", "measured"]

CENTRAL = (0.2, 0.4, 0.6, 0.8, 0.9, 0.98)  # shares of outcomes that ranges around the median are meant to hold


def measured(cells: pl.DataFrame, by: Sequence[str] = ()) -> pl.DataFrame:
    """Accuracy of the forecast and of the seasonal naive one, for each group of cells.

    Args:
        cells: the table of `cells_of`.
        by: columns that tell groups apart; none for everything together.

    Returns:
        the columns of `by`, n (cells), n_skus, units (sold), wape (Σ absolute error ÷ Σ units), wape_naive, mase (mean
        absolute error over the product's own of the past; Hyndman & Koehler 2006), mase_naive, wql (mean over deciles
        of 2 · Σ pinball loss ÷ Σ units), wql_naive, bias (Σ error ÷ Σ units; above zero: too high), coverage
        (expected share of outcomes inside the 80 % interval under the randomised PIT), and where costs are known cost
        and cost_naive (money; null where no cell has one). What is measured against units is null where none were
        sold. Sorted by `by`.
    """
    total = pl.when(pl.col(c.UNITS).sum() > 0).then(pl.col(c.UNITS).sum())
    error, stray = pl.col("mean") - pl.col(c.UNITS), pl.col("naive") - pl.col(c.UNITS)
    found = [
        pl.len().alias("n"),
        pl.col(c.SKU).n_unique().alias("n_skus"),
        pl.col(c.UNITS).sum(),
        (error.abs().sum() / total).alias("wape"),
        (stray.abs().sum() / total).alias("wape_naive"),
        pl.col("scaled").mean().alias("mase"),
        pl.col("scaled_naive").mean().alias("mase_naive"),
        (pl.col("loss").sum() / total).alias("wql"),
        (pl.col("loss_naive").sum() / total).alias("wql_naive"),
        (error.sum() / total).alias("bias"),
        _inside(0.8).mean().alias("coverage"),
        *(_sum_known(name) for name in ("cost", "cost_naive") if name in cells.columns),
    ]
    return cells.group_by(by).agg(found).sort(by, nulls_last=True) if by else cells.select(found)


def calibration(cells: pl.DataFrame) -> pl.DataFrame:
    """How often central ranges held: level (meant), share (of outcomes inside, by the randomised PIT)."""
    told = cells.select(_inside(level).mean().alias(f"{level:g}") for level in CENTRAL).row(0) if cells.height else ()
    return pl.DataFrame(
        {"level": list(CENTRAL)[: len(told)], "share": list(told)}, schema={"level": pl.Float64, "share": pl.Float64}
    )


def _sum_known(name: str) -> pl.Expr:
    return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name)


def _inside(level: float) -> pl.Expr:
    """Part of the stretch of levels that an outcome has to itself inside the central range of that level."""
    low, high = pl.col("pit_low"), pl.col("pit_high")
    upper, lower = (1 + level) / 2, (1 - level) / 2
    shared = pl.min_horizontal(high, pl.lit(upper)) - pl.max_horizontal(low, pl.lit(lower))
    return shared.clip(lower_bound=0) / (high - low).clip(lower_bound=1e-12)
