"""What customers will buy and be worth: whether each is still active, how often they will buy, what they will spend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

import numpy as np
import polars as pl
from scipy.special import gammaincinv, ndtri
from scipy.stats import nbinom

from shopwright.customers.bgnbd import BGNBD, Counts, fit
from shopwright.customers.checked import EPOCH, check_days
from shopwright.customers.gammagamma import GammaGamma, fit_spend
from shopwright.customers.hindsight import APART, LEVEL_SD, Hindsight, look_back
from shopwright.customers.lifetime_head import features
from shopwright.customers.pace import Pace, fit_pace
from shopwright.customers.purchases import Purchases, read
from shopwright.customers.season import season_of
from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.processor import one_thread
from shopwright.seeds import derive, generator
from shopwright.shop.arguments import check_seed, is_number
from shopwright.shop.schema import names as c

__all__ = ["ALIVE", "HIGH", "LOW", "PURCHASES", "VALUE", "LifetimeValue"]

ALIVE, PURCHASES, VALUE, LOW, HIGH = "alive", "purchases", "value", "low", "high"
MODEL_SAMPLE, HINDSIGHT_SAMPLE = 60_000, 20_000  # customers: parameters get no better by more


@dataclass(frozen=True, eq=False)
class LifetimeValue:
    """A shop's customers as of a day.

    Attributes:
        purchases: what is known.
        pace: how often customers buy.
        spend: what a purchase is worth to them; None where no amount is known.
        hindsight: what earlier days taught.
        bgnbd: the plain BG/NBD on plain weeks, and its log-likelihood, to compare with published ones.
        notes: what was left out and what it rests on, in words.
    """

    purchases: Purchases
    pace: Pace
    spend: GammaGamma | None
    hindsight: Hindsight
    bgnbd: tuple[BGNBD, float]
    notes: tuple[Text, ...]

    @classmethod
    def fit(cls, purchases: pl.DataFrame | pl.LazyFrame, until: date, *, seed: int = 0) -> LifetimeValue:
        """Learn from purchases up to a day.

        Args:
            purchases: customer, day, and amount where it is known; see `purchases.read` for what is left out.
            until: last day that counts; nothing after it is looked at.
            seed: of the customers drawn from large shops, and of the trees.

        Raises:
            TableError: the table cannot be used (CUSTOMERS-02, -03) or nothing is left of it (CUSTOMERS-04).
            UsageError: until is no day (CUSTOMERS-05), or the seed is no whole number (USAGE-25).
        """
        check_seed(seed)
        known = read(purchases, until)
        with one_thread():  # more would change the last digits
            return _fitted(known, seed)

    @property
    def as_of(self) -> date:
        """Last day known."""
        return EPOCH + timedelta(days=self.purchases.until)

    def predict(self, days: int, *, of: Literal["value", "purchases"] = "value", level: float = 0.8) -> pl.DataFrame:
        """What each customer will do in the `days` days after the last one known.

        Args:
            days: how far ahead.
            of: what `low` and `high` are of.
            level: how often the outcome should lie between them, ends included.

        Returns:
            customer, alive (chance to be active still), purchases (days with a purchase, expected), value (money
            expected; null where no amount is known), low, high; sorted by customer. Of value, high is never below what
            is expected, as it would be where nothing is bought with more than the level's chance.

        Raises:
            UsageError: days (CUSTOMERS-06) or level (CUSTOMERS-07) is out of range, or `of` is unknown (CUSTOMERS-12).
        """
        days = _check(days, level)
        if of not in (VALUE, PURCHASES):
            raise UsageError(
                t("there is no range of {of}", of=repr(of)),
                why=t("the range is that of money or of purchases"),
                fix=t('give of="value" or of="purchases"'),
                code="CUSTOMERS-12",
            )
        alive, bought, shape = self._told(days)
        n, mean = _paid(self.purchases)
        money = self.spend.mean(n, mean) if self.spend else np.full(len(bought), np.nan)
        tails = (1 - level) / 2, (1 + level) / 2
        if of == "purchases":
            low, high = (_purchases_at(q, alive, bought, shape) for q in tails)
        elif self.spend is None:
            low = high = money
        else:
            square = self.spend.p * self.spend.inverse_square(n, mean)
            low, high = (_value_at(q, alive, bought, shape, money, square, self.spend.p) for q in tails)
            low, high = np.minimum(low, bought * money), np.maximum(high, bought * money)
        found = {ALIVE: alive, PURCHASES: bought, VALUE: bought * money, LOW: low, HIGH: high}
        return pl.DataFrame({c.CUSTOMER: self.purchases.customers, **found}).with_columns(
            pl.col(VALUE, LOW, HIGH).fill_nan(None)
        )

    def total(self, days: int, *, level: float = 0.8) -> tuple[float, float, float] | None:
        """What all customers together will spend in the next `days` days: low, expected, high; None without amounts.

        The range holds chance customer by customer, ten per cent by which the level may well be off, and how far apart
        earlier days lay: errors that all customers share do not cancel out. Earlier stretches of time overlap and count
        as two.

        Raises:
            UsageError: days (CUSTOMERS-06) or level (CUSTOMERS-07) is out of range.
        """
        return self.total_of(np.ones(self.purchases.n_customers, bool), days, level=level)

    def total_of(self, some: np.ndarray, days: int, *, level: float = 0.8) -> tuple[float, float, float] | None:
        """The same for the customers marked in `some`, shape (n,), in the order of `predict`.

        Raises:
            UsageError: days (CUSTOMERS-06) or level (CUSTOMERS-07) is out of range.
        """
        days = _check(days, level)
        if self.spend is None:
            return None
        alive, bought, shape = (values[some] for values in self._told(days))
        n, mean = (values[some] for values in _paid(self.purchases))
        worth = bought * self.spend.mean(n, mean)
        square = self.spend.p * self.spend.inverse_square(n, mean)
        variance = _square_of(alive, bought, shape, square, self.spend.p) - worth**2
        expected = float(worth.sum())
        by_chance = float(np.maximum(variance, 0).sum()) / max(expected, 1e-9) ** 2
        logs = np.log1p(self.hindsight.biases)
        apart = float(logs.var(ddof=1)) if len(logs) > 1 else 0.0
        shared = LEVEL_SD**2 + apart * (1 + 1 / APART)
        width = float(np.exp(ndtri((1 + level) / 2) * np.sqrt(np.log1p(by_chance) + shared)))
        return expected / width, expected, expected * width

    def none_at_all(self, days: int) -> np.ndarray:
        """Chance that a customer buys nothing in the next `days` days, shape (n,), in the order of `predict`.

        Raises:
            UsageError: days is out of range (CUSTOMERS-06).
        """
        days = check_days(days)
        return _none_at_all(*self._told(days))[0]

    def _told(self, days: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each customer: chance to be active, purchases to come, shape of their rate."""
        alive, bought, shape = self.pace.told(self.purchases, days)
        factor = np.ones(len(bought))
        if self.hindsight.head is not None:
            weeks = self.pace.clock.ahead(self.purchases.until, days)
            factor = self.hindsight.head.factor(features(self.purchases, self.pace, (alive, bought), weeks))
            factor *= bought.sum() / max(float((factor * bought).sum()), 1e-9)
        return alive, bought * factor * self.hindsight.level, shape * self.hindsight.spread


def _fitted(known: Purchases, seed: int) -> LifetimeValue:
    season = season_of(known)
    sample = _drawn(known, MODEL_SAMPLE, seed)
    plain = fit(Counts.of(sample.repeats, (sample.last - sample.first) / 7, (known.until - sample.first) / 7))
    hindsight = look_back(_drawn(known, HINDSIGHT_SAMPLE, seed), season, derive(seed, "lifetime", "trees"))
    spend = fit_spend(*_paid(sample))
    notes = (*known.notes, *_told(hindsight))
    return LifetimeValue(known, fit_pace(sample, season), spend, hindsight, plain, notes)


def _drawn(purchases: Purchases, most: int, seed: int) -> Purchases:
    """At most so many customers, drawn at random."""
    if purchases.n_customers <= most:
        return purchases
    rows = generator(seed, "lifetime", "customers").choice(purchases.n_customers, most, replace=False)
    return purchases.some(np.sort(rows))


def _paid(purchases: Purchases) -> tuple[np.ndarray, np.ndarray]:
    """Of each customer, shape (n,) each: purchases worth something, and their mean in money."""
    some = purchases.amount > 0
    n = np.bincount(purchases.who[some], minlength=purchases.n_customers).astype(float)
    total = np.bincount(purchases.who[some], purchases.amount[some], minlength=purchases.n_customers)
    return n, total / np.maximum(n, 1)


def _none_at_all(alive: np.ndarray, bought: np.ndarray, shape: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Chance of no purchase, and the mean of those who are active."""
    mean = bought / np.maximum(alive, 1e-9)
    return 1 - alive + alive * np.exp(-shape * np.log1p(mean / shape)), mean


def _purchases_at(q: float, alive: np.ndarray, bought: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Quantile of purchases: negative binomial for those active, none for the rest."""
    nothing, mean = _none_at_all(alive, bought, shape)
    within = np.clip((q - 1 + alive) / np.maximum(alive, 1e-9), 0, 1 - 1e-12)
    some = nothing < q
    told = np.zeros(len(bought))
    told[some] = nbinom.ppf(within[some], shape[some], 1 / (1 + mean[some] / shape[some]))
    return told


def _square_of(alive: np.ndarray, bought: np.ndarray, shape: np.ndarray, square: np.ndarray, p: float) -> np.ndarray:
    """Expected square of the money spent: a sum of gamma amounts over a negative binomial number of purchases."""
    mean = bought / np.maximum(alive, 1e-9)
    pairs = alive * (mean + mean**2 * (1 + 1 / shape))
    return np.asarray(square * (bought + p * pairs))


def _value_at(
    q: float,
    alive: np.ndarray,
    bought: np.ndarray,
    shape: np.ndarray,
    money: np.ndarray,
    square: np.ndarray,
    p: float,
) -> np.ndarray:
    """Quantile of money: nothing with the chance of no purchase, else gamma with the mean and variance of the sum."""
    nothing, _ = _none_at_all(alive, bought, shape)
    some = (nothing < q) & (bought > 0)
    share = 1 - nothing[some]
    first = bought[some] * money[some] / share
    second = _square_of(alive[some], bought[some], shape[some], square[some], p) / share
    spread = np.maximum(second - first**2, 1e-12 * first**2)
    size = first**2 / spread
    told = np.zeros(len(bought))
    told[some] = gammaincinv(size, (q - nothing[some]) / share) * spread / first
    return told


def _check(days: int, level: float) -> int:
    days = check_days(days)
    if not is_number(level) or not 0 < level < 1:
        raise UsageError(
            t("there is no range of level {level}", level=repr(level)),
            why=t("it says how often the outcome should lie inside: more than 0, less than 1"),
            fix=t("give 0.8 for the range that holds four outcomes of five"),
            code="CUSTOMERS-07",
        )
    return days


def _told(hindsight: Hindsight) -> list[Text]:
    if not hindsight.biases:
        return [t("too little is known to test on earlier days: the model stands as it was fitted")]
    return [
        t(
            "on {n} earlier days the model was {low:+.0%} to {high:+.0%} off what came; its level is multiplied by"
            " {level:.2f}",
            n=len(hindsight.biases),
            low=min(hindsight.biases),
            high=max(hindsight.biases),
            level=hindsight.level,
        )
    ]
