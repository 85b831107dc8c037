"""The linear model as a table that can be read: each weight with its standard error, in units or in % of sales."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.forecast.explain import label
from shopwright.forecast.feast_names import feast_week
from shopwright.forecast.linear import Linear, tried
from shopwright.forecast.members import ends_of
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.regressors import (
    BASE,
    BESIDE,
    CROSS,
    EVE,
    FEAST,
    PRICE,
    SEASON,
    TREND,
    WAVES,
    Regressors,
    waves,
)
from shopwright.i18n import Text, t
from shopwright.shop.demand import Period
from shopwright.shop.schema import names as c

__all__ = ["Weights", "fit", "learned", "readable", "weights_of"]

WEEKDAYS = (
    t("Mondays"), t("Tuesdays"), t("Wednesdays"), t("Thursdays"), t("Fridays"), t("Saturdays"), t("Sundays")
)  # fmt: skip
MONTHS = (
    t("January"), t("February"), t("March"), t("April"), t("May"), t("June"),
    t("July"), t("August"), t("September"), t("October"), t("November"), t("December"),
)  # fmt: skip
UNITS_A: Mapping[Period, Text] = {"D": t("units a day"), "W": t("units a week"), "M": t("units a month")}
UNIT = "unit"
TERM, WEIGHT, ERROR = "term", "weight", "standard_error"
CHUNK = 500  # SKUs whose covariances are held at once


@dataclass(frozen=True, eq=False)
class _Term:
    """A line of the table: a combination of weights, shape (p,)."""

    label: Text
    of: Floats
    kind: str


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights as they are shown, whatever the language.

    Attributes:
        skus: the n SKUs.
        terms: what each of the m weights is of.
        units: of each weight.
        values: shape (n, m).
        errors: standard errors, shape (n, m).
    """

    skus: tuple[str, ...]
    terms: tuple[Text, ...]
    units: tuple[Text, ...]
    values: Floats
    errors: Floats

    def of(self, sku: str) -> pl.DataFrame:
        """Those of one SKU, as `table` shows them; no rows where it has none."""
        rows = [row for row, name in enumerate(self.skus) if name == sku]
        return Weights((sku,) * len(rows), self.terms, self.units, self.values[rows], self.errors[rows]).table()

    def table(self) -> pl.DataFrame:
        """SKU by SKU: sku, term, weight, standard_error, unit; terms and units in the language in force."""
        n, m = self.values.shape
        return pl.DataFrame(
            {
                c.SKU: np.repeat(np.array(self.skus, dtype=object), m),
                TERM: [str(term) for term in self.terms] * n,
                WEIGHT: self.values.ravel(),
                ERROR: self.errors.ravel(),
                UNIT: [str(unit) for unit in self.units] * n,
            },
            schema_overrides={c.SKU: pl.String, TERM: pl.String, UNIT: pl.String},
        )


def fit(panel: Panel) -> Linear:
    """The linear model of a panel, on the scale that did best in its earlier windows."""
    rows = np.flatnonzero(np.isfinite(panel.units).any(axis=1))
    learned = panel.some(rows)
    return tried(learned, ends_of(learned))[1]


def weights_of(model: Linear, skus: Sequence[str] | None = None) -> pl.DataFrame:
    """The weights of a fitted model: sku, term, weight, standard_error, unit; terms and units in the language in force.

    The base is in units a period at the end of the history, on a mean day of the year; weekdays and months are against
    that. Covariates count for one more of what was given. Effects are in % of sales, or in units where sales themselves
    were fitted; those of prices per 1 % of the price.

    Args:
        model: what was fitted.
        skus: whose; None for all.

    Raises:
        UsageError: a SKU is not among those fitted (USAGE-90).
    """
    return learned(model, skus).table()


def learned(model: Linear, skus: Sequence[str] | None = None) -> Weights:
    """The weights of a fitted model; see `weights_of`."""
    terms = list(_terms(model.columns, model.panel.period))
    mix = np.stack([term.of for term in terms])
    rows = _rows(model.panel.skus, skus)
    told, errors = (np.empty((len(rows), len(terms))) for _ in range(2))
    for first in range(0, len(rows), CHUNK):
        here = slice(first, first + CHUNK)
        told[here] = model.pool.weights[rows[here]] @ mix.T
        spread = np.einsum("rp,npq,rq->nr", mix, model.pool.covariance(rows[here]), mix)
        errors[here] = np.sqrt(np.maximum(spread, 0.0))
    for at, term in enumerate(terms):
        told[:, at], errors[:, at] = _shown(term, model.scale, told[:, at], errors[:, at], model.size[rows])
    named = tuple(model.panel.skus[row] for row in rows)
    return Weights(
        named, tuple(term.label for term in terms), tuple(_unit(term, model) for term in terms), told, errors
    )


def readable(table: pl.DataFrame) -> str:
    """A table of weights as lines of text, SKU by SKU."""
    lines = []
    for (sku,), own in table.group_by([c.SKU], maintain_order=True):
        lines.append(str(sku))
        width = max(len(term) for term in own[TERM])
        lines += [
            f"  {row[TERM]:<{width}}  {row[WEIGHT]:>+9.2f} ± {row[ERROR]:<7.2f} {row[UNIT]}"
            for row in own.iter_rows(named=True)
        ]
    return "\n".join(lines)


def _rows(known: tuple[str, ...], skus: Sequence[str] | None) -> np.ndarray:
    place = {sku: at for at, sku in enumerate(known)}
    unknown = [sku for sku in skus or () if sku not in place]
    if unknown:
        raise UsageError(
            t("there are no weights of SKU {sku}", sku=repr(unknown[0])),
            why=t("it has no sales to learn from"),
            fix=t("check its spelling, or give its sales"),
            code="USAGE-90",
        )
    return np.arange(len(known)) if skus is None else np.array([place[sku] for sku in skus], np.int64)


def _terms(columns: Regressors, period: Period) -> Iterator[_Term]:
    p = len(columns.names)
    season = [at for at, name in enumerate(columns.names) if name.startswith(f"{SEASON}:")]
    yield _Term(t("base"), _one(p, 0), BASE)
    for at, name in enumerate(columns.names):
        if at in season or at == 0:
            continue
        yield _Term(_named(name), _one(p, at) / columns.scales[at], name if name in (TREND, PRICE, CROSS) else "")
    yield from _weekdays(columns.names)
    yield from _months(columns.names, period)


def _named(name: str) -> Text:
    if name == CROSS:
        return t("price of the other products of the category")
    if name == BESIDE:
        return t("promotion of all other products of the category")
    if name.startswith(f"{FEAST}:"):
        feast, first = name.removeprefix(f"{FEAST}:").rsplit(":", 1)
        return feast_week(feast, int(first))
    return t("day before a holiday") if name == EVE else label(name)


def _weekdays(names: tuple[str, ...]) -> Iterator[_Term]:
    places = [names.index(name) for at in range(6) if (name := f"{SEASON}:weekday{at}") in names]
    if len(places) < 6:
        return
    for day, text in enumerate(WEEKDAYS):
        of = np.zeros(len(names))
        of[places] = -1.0 if day == 6 else np.arange(6) == day
        yield _Term(text, of, "")


def _months(names: tuple[str, ...], period: Period) -> Iterator[_Term]:
    """The year's course as the mean of each month."""
    if f"{SEASON}:sin1" not in names:
        return
    days = [date(2001, 1, 1) + timedelta(days=at) for at in range(365)]
    month = np.array([day.month for day in days])
    course = waves(days, "D", WAVES[period])
    for at, text in enumerate(MONTHS):
        of = np.zeros(len(names))
        for name, values in course.items():
            of[names.index(name)] = values[month == at + 1].mean()
        yield _Term(text, of, "")


def _one(p: int, at: int) -> Floats:
    found = np.zeros(p)
    found[at] = 1.0
    return found


def _shown(term: _Term, scale: str, told: Floats, error: Floats, size: Floats) -> tuple[Floats, Floats]:
    """A weight and its error in the unit that is shown; errors by the delta method."""
    if scale == "units":
        per = 100.0 if term.kind in (PRICE, CROSS) else 1.0
        return told * size / per, error * size / per
    if term.kind == BASE:
        base = np.exp(told) * size
        return base - 1, base * error
    if term.kind in (PRICE, CROSS):
        return told, error
    return 100 * np.expm1(told), 100 * np.exp(told) * error


def _unit(term: _Term, model: Linear) -> Text:
    is_log = model.scale == "log" and term.kind != BASE
    unit = t("% of sales") if is_log else UNITS_A[model.panel.period]
    if term.kind in (PRICE, CROSS):
        return t("{unit}, per 1 % of the price", unit=unit)
    return t("{unit}, per year", unit=unit) if term.kind == TREND else unit
