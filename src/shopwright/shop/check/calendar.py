"""Days that cannot be, and days on which nothing was sold although the shop was open."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.i18n import t
from shopwright.shop.check.facts import LIFE_GAP, Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.public_holidays import public_holidays
from shopwright.shop.schema import TABLES
from shopwright.shop.schema import names as c

__all__ = ["future", "gaps", "stray"]

LINES = "order_lines"
HAPPENED = (LINES, "orders", "returns", "reviews", "events", "tickets", "stock")
OPEN = 0.1  # share of a weekday's dates with a sale, below which the shop is closed on that weekday
LEAST_DAYS = 3
UNLIKELY = 1e-4
WARN_DAYS = 7


def future(facts: Facts) -> Iterator[Finding]:
    """Things that happened tomorrow; in the order lines they move the day the plan starts from."""
    limit = pl.lit(facts.today + timedelta(days=1))  # one day of grace for time zones
    for name in HAPPENED:
        if not facts.has(name):
            continue
        rows = facts.table(name).filter(pl.col(c.DAY) > limit)
        n = rows.select(pl.len()).collect(engine="streaming").item()
        if n:
            key = tuple(dict.fromkeys((*TABLES[name].key, c.DAY)))
            yield Finding(
                "CHECK-FUTURE-DATE",
                "blocking" if name == LINES else "warning",
                t("{n:,} rows of {table} are dated after today, {today}", n=n, table=TABLES[name].label,
                  today=facts.today),
                name,
                n,
                n / facts.rows(name),
                t("look at the date order (day or month first) of the file and import it again with --date-order; a"
                  " plan starts from the last day with a sale"),
                t("day of the row later than tomorrow"),
                examples=examples(rows, name, key),
            )  # fmt: skip


def stray(facts: Facts) -> Iterator[Finding]:
    """A few sales more than a year before all others, or after them."""
    strays = facts.days.filter(~pl.col("is_life"), pl.col(c.DAY) <= facts.today + timedelta(days=1))
    if strays.is_empty() or facts.life is None:
        return
    n = int(strays["n_lines"].sum())
    rows = facts.sales.filter(pl.col(c.DAY).is_in(strays[c.DAY].implode()))
    yield Finding(
        "CHECK-STRAY-DATE",
        "blocking" if strays[c.DAY].max() > facts.life[1] else "warning",  # type: ignore[operator]
        t("{n:,} order lines lie more than a year away from all others, which run from {first} to {last}",
          n=n, first=facts.life[0], last=facts.life[1]),
        LINES,
        n,
        n / facts.rows(LINES),
        t("correct the dates in the export, or leave these orders out: they stretch the history with empty years"),
        t("stretches of days more than {gap} days without a sale away from the bulk, with under 1 % of all lines;"
          " blocking where they are the last days, since a plan starts from there", gap=LIFE_GAP),
        examples=examples(rows.sort(c.DAY), LINES, (c.ORDER, c.SKU, c.DAY, c.UNITS)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Gap:
    first: date
    last: date

    @property
    def n_days(self) -> int:
        return (self.last - self.first).days + 1


def gaps(facts: Facts) -> Iterator[Finding]:
    """Stretches without a sale that the shop's own pattern of open days does not explain."""
    if facts.life is None:
        return
    selling = facts.days.filter("is_life")[c.DAY].to_list()
    found = [gap for gap in _gaps(selling) if not _is_holiday(gap, facts.shop.settings.shop.country)]
    if not found:
        return
    n, span = sum(gap.n_days for gap in found), (selling[-1] - selling[0]).days + 1
    longest = max(found, key=lambda gap: gap.n_days)
    named = ", ".join(f"{gap.first} – {gap.last}" for gap in sorted(found, key=lambda gap: -gap.n_days)[:5])
    rows = pl.DataFrame(
        {c.FROM_DAY: [g.first for g in found], c.TO_DAY: [g.last for g in found], "n_days": [g.n_days for g in found]}
    )
    yield Finding(
        "CHECK-CALENDAR-GAP",
        "warning" if longest.n_days > WARN_DAYS else "info",
        t("stretches without a sale on days on which the shop is usually open, {n} in all: {named}", n=len(found),
          named=named),
        LINES,
        n,
        n / span,
        t("if the shop was closed, all is well; if the export lacks these days, export them and import them too"),
        t("weekdays with sales on under 10 % of their dates count as closed; a stretch is said when its chance is"
          " under 1 in 10,000 given how often other open days have no sale, and it is at least 3 open days long (one"
          " period, where sales are recorded by week or month)"),
        counted=t("days"),
        examples=examples(rows.sort("n_days", descending=True), LINES),
    )  # fmt: skip


def _gaps(selling: list[date]) -> list[_Gap]:
    if len(selling) < 10:
        return []
    numbers = np.array([day.toordinal() for day in selling])
    steps = np.diff(numbers)
    usual = float(np.median(steps))
    if usual >= 7:  # recorded by week or month
        return [_between(selling, int(at)) for at in np.flatnonzero(steps > 1.6 * usual)]
    is_open = _open_weekdays(numbers)
    all_days = np.arange(numbers[0], numbers[-1] + 1)
    n_open = int(is_open[all_days % 7].sum())
    n_silent = n_open - int(is_open[numbers % 7].sum())
    found = []
    for at in np.flatnonzero(steps > LEAST_DAYS):
        silent = int(is_open[np.arange(numbers[at] + 1, numbers[at + 1]) % 7].sum())
        # The chance that an open day has no sale, from the other days.
        chance = (n_silent - silent + 1) / (n_open - silent + 2)
        if silent >= LEAST_DAYS and silent * math.log(chance) < math.log(UNLIKELY):
            found.append(_between(selling, int(at)))
    return found


def _open_weekdays(numbers: np.ndarray) -> np.ndarray:
    """Whether the shop is open on each weekday, by ordinal modulo 7."""
    all_days = np.bincount(np.arange(numbers[0], numbers[-1] + 1) % 7, minlength=7)
    sold: np.ndarray = np.bincount(numbers % 7, minlength=7) / np.maximum(all_days, 1) >= OPEN
    return sold


def _between(selling: list[date], at: int) -> _Gap:
    return _Gap(selling[at] + timedelta(days=1), selling[at + 1] - timedelta(days=1))


def _is_holiday(gap: _Gap, country: str) -> bool:
    """Whether half of the weekdays of a short gap are public holidays of the shop's country."""
    if not country or gap.n_days > 2 * WARN_DAYS:
        return False
    known = public_holidays(country, gap.first.year, gap.last.year)
    days = [gap.first + timedelta(days=at) for at in range(gap.n_days)]
    working = [day for day in days if day.weekday() < 5]
    return sum(day in known for day in working) * 2 >= max(1, len(working))
