"""Who is leaving: the chance that a customer will not buy again within a span, and what speaks for it.

Nobody cancels in a shop, so to leave is to stay away. A logistic regression learns from earlier days of the shop itself
who stayed away in the span that followed; its few drivers can be read as odds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from shopwright.customers.bgnbd import Counts
from shopwright.customers.checked import EPOCH, check_days
from shopwright.customers.churn_drivers import DRIVERS, driver_label, drivers_of, plain
from shopwright.customers.kinds import fit_kinds
from shopwright.customers.logistic import Logistic, area_under_curve, fit_logistic
from shopwright.customers.purchases import Purchases, read
from shopwright.errors import TableError
from shopwright.i18n import Text, t
from shopwright.processor import one_thread
from shopwright.shop.schema import names as c

__all__ = ["Churn", "churn"]

LEAST = 100  # customers each, who came back and who did not, below which nothing is learned


@dataclass(frozen=True, eq=False)
class Churn:
    """Who is leaving, as of a day.

    Attributes:
        table: customer, alive (chance to be active by the BG/NBD, which knows no span), chance (of no purchase in the
            next `days` days), driver (what speaks most for it, beside the average customer; null where nothing does),
            driver_value and driver_usual (the customer's and the average one's, in the driver's unit); the surest to
            stay away first. `driver_label` names the drivers, `driver_words` puts all three in words.
        drivers: driver, low, high (a quarter of customers lie below and above them; high is about twice low, 1
            for 0, where most share it), odds (those of staying away at high over those at low, all else alike),
            odds_low, odds_high (19 times in 20); the strongest first.
        auc: how well staying away was told on the latest earlier day that the model had not learned from: the chance
            that one who stayed away was told so more than one who came back; NaN where the past is too short.
        auc_recency: the same for days since the last purchase alone.
        days: the span.
        as_of: last day counted.
        how: where the chances come from.
    """

    table: pl.DataFrame
    drivers: pl.DataFrame
    auc: float
    auc_recency: float
    days: int
    as_of: date
    how: Text

    def words(self) -> list[Text]:
        """What each driver does, in words, the strongest first."""
        return [
            t(
                "{driver}: at {high} the odds of staying away are {odds:.2f} times those at {low}"
                " ({odds_low:.2f} to {odds_high:.2f})",
                driver=driver_label(row["driver"]),
                low=plain(row["low"]),
                high=plain(row["high"]),
                **{name: row[name] for name in ("odds", "odds_low", "odds_high")},
            )
            for row in self.drivers.to_dicts()
        ]


def churn(purchases: pl.DataFrame | pl.LazyFrame, until: date, days: int = 90) -> Churn:
    """Learn who stays away for `days` days, and tell it of every customer.

    Args:
        purchases: customer, day, and amount where it is known; see `purchases.read` for what is left out.
        until: last day that counts; nothing after it is looked at.
        days: how long a customer has to stay away.

    Raises:
        TableError: the table cannot be used (CUSTOMERS-02 to -04), or too few customers came back, or stayed away, to
            learn from (CUSTOMERS-08).
        UsageError: until is no day (CUSTOMERS-05), or days is out of range (CUSTOMERS-06).
    """
    days = check_days(days)
    known = read(purchases, until)
    with one_thread():
        lessons = [lesson for back in (1, 2, 3) if (lesson := _lesson(known, days, back)) is not None]
        if not lessons:
            raise _too_few(known, days)
        model = _fit(lessons)
        auc, auc_recency = _judged(lessons)
        values = drivers_of(known)
        table = _table(known, model, values)
    as_of = EPOCH + timedelta(days=known.until)
    how = t(
        "learned on {n} earlier days from {customers:,} customers known then, {share:.0%} of whom did not buy in the"
        " {days} days that followed",
        n=len(lessons),
        customers=sum(len(lesson[1]) for lesson in lessons),
        share=float(np.concatenate([lesson[1] for lesson in lessons]).mean()),
        days=days,
    )
    return Churn(table, _drivers(model, values), auc, auc_recency, days, as_of, how)


Known = tuple[np.ndarray, np.ndarray, np.ndarray]  # drivers, whether they stayed away, days since the last purchase


def _lesson(purchases: Purchases, days: int, back: int) -> Known | None:
    """What was known `back` spans ago, and who stayed away in the span after it; None where it tells too little."""
    then = purchases.until - days * back
    if then <= int(purchases.day.min()):
        return None
    known = purchases.before(then)
    away = purchases.counted(known, days) == 0
    if min(int(away.sum()), int((~away).sum())) < LEAST:
        return None
    return drivers_of(known), away.astype(float), (known.until - known.last).astype(float)


def _fit(lessons: list[Known]) -> Logistic:
    return fit_logistic(np.concatenate([one[0] for one in lessons]), np.concatenate([one[1] for one in lessons]))


def _judged(lessons: list[Known]) -> tuple[float, float]:
    """Areas under the curve on the latest lesson, of a model that learned from the earlier ones, and of recency."""
    values, away, quiet = lessons[0]
    auc = area_under_curve(away, _fit(lessons[1:]).chance(values)) if len(lessons) > 1 else float("nan")
    return auc, area_under_curve(away, quiet)


def _table(known: Purchases, model: Logistic, values: np.ndarray) -> pl.DataFrame:
    first = known.first
    x, t_x, age = known.repeats, (known.last - first) / 7, (known.until - first) / 7
    kinds = fit_kinds(Counts.of(x, t_x, age))
    active = np.array([one.alive(x, t_x, age) for one in kinds.models])
    alive = np.minimum((kinds.shares_of(x, t_x, age) * active).sum(axis=0), 1.0)
    said = model.parts(values)
    most = said.argmax(axis=1)
    is_for = pl.Series(said.max(axis=1) > 0)
    own, usual = _in_units(values[np.arange(len(most)), most], most), _in_units(model.mean[most], most)
    return (
        pl.DataFrame({c.CUSTOMER: known.customers})
        .with_columns(
            pl.Series("alive", alive),
            pl.Series("chance", model.chance(values)),
            pl.when(is_for).then(pl.Series(np.array([*DRIVERS])[most])).alias("driver"),
            pl.when(is_for).then(pl.Series(own)).alias("driver_value"),
            pl.when(is_for).then(pl.Series(usual)).alias("driver_usual"),
        )
        .sort("chance", c.CUSTOMER, descending=[True, False])
    )


def _in_units(values: np.ndarray, which: np.ndarray) -> np.ndarray:
    """Values as people say them, each of the driver at its place in `DRIVERS`, shape (n,)."""
    shown = np.empty(len(values))
    for at, driver in enumerate(DRIVERS.values()):
        shown[which == at] = driver.shown(values[which == at])
    return shown


def _drivers(model: Logistic, values: np.ndarray) -> pl.DataFrame:
    low, high = np.quantile(values, [0.25, 0.75], axis=0)
    step = np.where(high > low, high - low, np.log(2))  # what most customers share is told once more, or doubled
    effect, error = model.weight / model.sd * step, model.error / model.sd * step
    shown = [(driver.shown(a), driver.shown(a + b)) for driver, a, b in zip(DRIVERS.values(), low, step, strict=True)]
    return pl.DataFrame(
        {
            "driver": list(DRIVERS),
            "low": [float(pair[0]) for pair in shown],
            "high": [float(pair[1]) for pair in shown],
            "odds": np.exp(effect),
            "odds_low": np.exp(effect - 1.96 * error),
            "odds_high": np.exp(effect + 1.96 * error),
        }
    ).sort(pl.col("odds").log().abs(), "driver", descending=[True, False])


def _too_few(known: Purchases, days: int) -> TableError:
    return TableError(
        t("who stays away for {days} days cannot be learned", days=days),
        why=t(
            "on a day {days} days before the last one, at least {least} customers must have come back afterwards and as"
            " many not; {n:,} customers are known",
            days=days,
            least=LEAST,
            n=known.n_customers,
        ),
        fix=t("give a longer history or a shorter span; LifetimeValue tells the chance to be active with less"),
        code="CUSTOMERS-08",
    )
