"""What goes with sales: prices, promotions, events, weather; known for the time ahead or only up to now."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import UsageError
from shopwright.forecast.panel import Floats
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period
from shopwright.shop.notes import joined
from shopwright.shop.periods import number_of
from shopwright.shop.schema import names as c

__all__ = ["NOT_COVARIATES", "Covariates", "covariates"]

ROW, NUMBER = "__row", "__number"
NOT_COVARIATES = (c.SKU, c.DAY, c.UNITS, "in_stock")
WHOLE = 0.9  # of the days that the best told period has: a month has 28 to 31
MOST_NAMES = 12  # names of a covariate made of words that become flags of their own, the most frequent ones


@dataclass(frozen=True, eq=False)
class Covariates:
    """Covariates by name: known ahead of shape (n, T + H), in the past only (n, T); notes by SKU.

    Of flags known ahead also where they were told, for all days of a period, and not filled in, shape (n, T + H).
    """

    ahead: Mapping[str, Floats]
    past: Mapping[str, Floats]
    notes: Mapping[str, Text]
    told: Mapping[str, NDArray[np.bool_]]


def covariates(
    rows: pl.DataFrame, future: pl.DataFrame | None, skus: list[str], days: list[date], n_past: int, period: Period
) -> Covariates:
    """Those that `future` names are known ahead; the others are never shown for a day that is not over.

    Words become flags, one for each of the most frequent. Where a row is missing, a flag of the past that all SKUs
    share is what most others had then; one that they have for themselves, as promotions, stays as it was told last, for
    a missing row often means that nothing sold, and taken for off it would say so. A flag ahead is off, and an amount
    stays as it was. A SKU for which something own is taken as told last, or anything ahead is missing, gets a note.

    Raises:
        UsageError: a column known ahead is not in the past (USAGE-41), or holds something else there (USAGE-42), or
            prices are words (USAGE-48), or a column holds neither numbers nor words (USAGE-22).
    """
    named = [name for name in rows.columns if name not in NOT_COVARIATES]
    told = [name for name in (future.columns if future is not None else []) if name not in NOT_COVARIATES]
    _check(rows, future, named, told)
    _check_kinds(rows, named)
    _check_prices(rows)
    index = pl.DataFrame({c.SKU: skus}).with_row_index(ROW)
    both = rows.select(c.SKU, c.DAY, *named)
    if future is not None:
        both = pl.concat([both, future.select(c.SKU, c.DAY, *told)], how="diagonal_relaxed")
    placed = (
        both.join(index, on=c.SKU)
        .with_columns(number_of(days, period).alias(NUMBER))
        .filter(pl.col(NUMBER).is_between(0, len(days) - 1))
    )
    ahead: dict[str, Floats] = {}
    past: dict[str, Floats] = {}
    as_told: dict[str, NDArray[np.bool_]] = {}
    lacking, carried = np.zeros(len(skus), bool), np.zeros(len(skus), bool)
    for name in named:
        is_told = None
        for label, column in _numbers(placed, name):
            dense = _dense(placed, column, len(skus), len(days))
            if name in told:
                has_rows = np.isfinite(dense[:, :n_past]).any(axis=1)
                lacking |= has_rows & ~np.isfinite(dense[:, n_past:]).all(axis=1)
                is_flag = _is_flag(placed, column)
                if is_flag:
                    is_told = _is_told(placed, name, period, dense.shape) if is_told is None else is_told
                    as_told[label] = np.isfinite(dense) & is_told
                if is_flag and _is_own(dense[:, :n_past]):
                    carried |= has_rows & _has_gaps(dense[:, :n_past])
                    dense[:, :n_past] = _carried(dense[:, :n_past])
                ahead[label] = _filled(dense, n_past, is_flag=is_flag)
            else:
                past[label] = dense[:, :n_past]
    note = t("what is known ahead is not told for every period: flags are taken as off, amounts as they were last")
    own = t("promotions or other flags of its own are not told for days without a row: taken as they were told last")
    notes = [{skus[row]: said for row in np.flatnonzero(which)} for said, which in ((note, lacking), (own, carried))]
    return Covariates(ahead, past, joined(*notes), as_told)


def _check(rows: pl.DataFrame, future: pl.DataFrame | None, named: list[str], told: list[str]) -> None:
    unknown = [name for name in told if name not in named]
    if unknown:
        raise UsageError(
            t("what is known ahead cannot be used"),
            why=t("columns without a past: {columns}", columns=", ".join(unknown)),
            fix=t("give the same columns in the table of sales, so that their effect can be learned"),
            code="USAGE-41",
        )
    differing = [name for name in told if future is not None and _is_words(rows, name) != _is_words(future, name)]
    if differing:
        raise UsageError(
            t("what is known ahead cannot be used"),
            why=t(
                "columns that hold words in one table and numbers in the other: {columns}", columns=", ".join(differing)
            ),
            fix=t("make them alike in both tables"),
            code="USAGE-42",
        )


def _check_kinds(rows: pl.DataFrame, named: list[str]) -> None:
    odd = [name for name in named if rows.schema[name].is_nested() or rows.schema[name] in (pl.Binary, pl.Object)]
    if odd:
        raise UsageError(
            t("these sales cannot be read"),
            why=t("the column {name} holds neither numbers nor words: {kind}", name=odd[0], kind=rows.schema[odd[0]]),
            fix=t("leave it out, or make it a number or a word"),
            code="USAGE-22",
        )


def _check_prices(rows: pl.DataFrame) -> None:
    """Refuse prices as text: as flags they would say nothing of any price not seen before."""
    if c.PRICE not in rows.columns or not _is_words(rows, c.PRICE):
        return
    told = rows.filter(pl.col(c.PRICE).is_not_null())
    if told.height:
        raise UsageError(
            t("the column {name} holds text", name=c.PRICE),
            why=t("SKU {sku}: {value}", sku=repr(told[c.SKU][0]), value=repr(told[c.PRICE][0])),
            fix=t("make it a number, without a currency and with a point; or rename it if it is no price"),
            code="USAGE-48",
        )


def _is_words(frame: pl.DataFrame, name: str) -> bool:
    return frame.schema[name] in (pl.String, pl.Categorical, pl.Enum)


def _numbers(placed: pl.DataFrame, name: str) -> list[tuple[str, pl.Expr]]:
    """A column as one or more columns of numbers, with their names."""
    if not _is_words(placed, name):
        return [(name, pl.col(name).cast(pl.Float64))]
    words = placed[name].cast(pl.String).drop_nulls()
    counts = words.alias("word").value_counts(sort=True, name="n").sort(["n", "word"], descending=[True, False])
    common = counts["word"][:MOST_NAMES]
    is_word = pl.col(name).cast(pl.String)
    return [(f"{name}={word}", (is_word == word).cast(pl.Float64).fill_null(0.0)) for word in common if word]


def _dense(placed: pl.DataFrame, column: pl.Expr, n: int, width: int) -> Floats:
    """Mean over each period, shape (n, width); NaN where there is no row."""
    means = placed.group_by(ROW, NUMBER).agg(column.mean().alias("mean"))
    dense = np.full((n, width), np.nan)
    dense[means[ROW].to_numpy(), means[NUMBER].to_numpy()] = means["mean"].to_numpy()
    return dense


def _is_told(placed: pl.DataFrame, name: str, period: Period, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Where a column was told for all days of a period: one closed day says nothing of the rest of its week."""
    whole = placed.filter(pl.col(name).is_not_null()).select(ROW, NUMBER, c.DAY)
    if period != "D":
        days = whole.unique().group_by(ROW, NUMBER).len()
        whole = days.filter(pl.col("len") >= WHOLE * pl.col("len").max())
    found = np.zeros(shape, bool)
    found[whole[ROW].to_numpy(), whole[NUMBER].to_numpy()] = True
    return found


def _is_flag(placed: pl.DataFrame, column: pl.Expr) -> bool:
    """Whether it only says yes or no, before periods were summed up."""
    values = placed.select(column.alias("value")).to_series().drop_nulls().drop_nans().unique()
    return values.len() > 0 and bool(values.is_in([0.0, 1.0]).all())


def _is_own(past: Floats) -> bool:
    """Whether SKUs have a flag for themselves: two have different ones in a period, or no two are told of in any."""
    is_known = np.isfinite(past)
    differ = np.where(is_known, past, -np.inf).max(axis=0) > np.where(is_known, past, np.inf).min(axis=0)
    return bool(differ.any() or (is_known.sum(axis=0) < 2).all())


def _has_gaps(past: Floats) -> NDArray[np.bool_]:
    """Whether each SKU lacks a period after the first it is told of, shape (n,)."""
    is_known = np.isfinite(past)
    return np.asarray((np.maximum.accumulate(is_known, axis=1) & ~is_known).any(axis=1))


def _carried(values: Floats) -> Floats:
    """Each row's last known value where there is none; NaN before its first."""
    places = np.maximum.accumulate(np.where(np.isfinite(values), np.arange(values.shape[1])[None, :], 0), axis=1)
    return np.asarray(np.take_along_axis(values, places, axis=1))


def _filled(dense: Floats, n_past: int, *, is_flag: bool) -> Floats:
    """Without gaps. A missing day is one without sales: taking its flag for off would say that nothing sold."""
    known = dense[np.isfinite(dense)]
    if not len(known):
        return np.zeros_like(dense)
    if is_flag:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # periods of which nobody told anything
            usual = np.nanmedian(dense[:, :n_past], axis=0)
        past = np.where(np.isfinite(dense[:, :n_past]), dense[:, :n_past], usual)
        return np.asarray(np.nan_to_num(np.concatenate([past, dense[:, n_past:]], axis=1)))
    last = _carried(dense)
    return np.where(np.isfinite(last), last, np.median(known))
