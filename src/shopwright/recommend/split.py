"""What recommenders are judged on: purchases cut into what may be learned from and what came after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

import polars as pl

from shopwright.errors import TableError
from shopwright.i18n import t
from shopwright.recommend.learning import checked, day_of_last
from shopwright.seeds import generator
from shopwright.shop.history import sold_lines
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Split", "cut_day", "drawn", "last_of_shop", "of_shop", "of_time", "without_last"]

LATER = 0.1  # share of the purchases that lie after the cut
LEAST = 20  # customers; with fewer every interval is too wide to say anything
NUMBER = "number"
REPEATED = 0.05
Parts = tuple[pl.DataFrame, pl.DataFrame, date | None]


@dataclass(frozen=True, eq=False)
class Split:
    """Purchases to learn from, and what is asked of those who learned.

    Attributes:
        early: the purchases to learn from, with the columns they came with.
        asked: one row for each position, rising: position, customer, n (purchases before), skus (the last of them,
            latest last).
        truth: position, sku: what was bought then.
        cut: last day that is learned from; None where each customer has an own cut.
        as_of: last day of all purchases; None where `at` is only an order.
        exclude_seen: whether what a customer had bought before is neither shown nor counted.
        n_customers: customers that could be asked, of whom `asked` may be a draw.
    """

    early: pl.DataFrame
    asked: pl.DataFrame
    truth: pl.DataFrame
    cut: date | None
    as_of: date | None
    exclude_seen: bool
    n_customers: int


def of_time(interactions: pl.DataFrame | pl.LazyFrame) -> Parts:
    """Purchases up to the cut, those after it, and its day; see `cut_day`."""
    lines = _lines(interactions)
    _check_days(lines)
    cut = cut_day(lines.select(pl.col(c.AT).dt.date().alias(c.DAY))[c.DAY])
    is_early = pl.col(c.AT).dt.date() <= cut
    return lines.filter(is_early), lines.filter(~is_early), cut


def last_of_shop(shop: Shop) -> Parts:
    """What a shop sold but for each customer's last purchase, and those."""
    return without_last(_sold(shop).select(c.CUSTOMER, c.SKU, c.AT, c.ORDER))


def of_shop(shop: Shop) -> Parts:
    """A shop as it was known on the evening of the cut, what it sold since, and the cut: a day of the shop's own."""
    sold = _sold(shop)
    cut = cut_day(sold[c.DAY])
    wanted = [c.CUSTOMER, c.SKU, c.AT, c.ORDER]
    early, late = _sold(shop.until(cut)), sold.filter(pl.col(c.DAY) > cut)
    return _numbered(early.select(wanted)), _numbered(late.select(wanted)), cut


def without_last(interactions: pl.DataFrame | pl.LazyFrame) -> Parts:
    """All but the last purchase of each customer with two or more, and those last ones; in time, then as they came.

    For this `at` need not be days: any number that orders a customer's purchases does.
    """
    lines = _lines(interactions)
    ordered = lines.sort(c.AT, NUMBER, maintain_order=True)
    place = pl.int_range(pl.len()).over(c.CUSTOMER)
    is_last = pl.col(c.CUSTOMER).is_not_null() & (place == pl.len().over(c.CUSTOMER) - 1) & (place > 0)
    told = ordered.with_columns(is_last.alias("is_last"))
    return told.filter(~pl.col("is_last")).drop("is_last"), told.filter("is_last").drop("is_last"), None


def cut_day(days: pl.Series) -> date:
    """The last day to learn from: after it lies about the last tenth of the purchases, in whole days.

    Raises:
        TableError: all purchases are of one day, or there is none (RECOMMEND-23).
    """
    counted = days.drop_nulls().value_counts(name="n").sort(days.name)
    if counted.height < 2:
        raise TableError(
            t("recommendations cannot be judged on so few days of purchases: {n}", n=counted.height),
            why=t("they are learned on the earlier days and judged on the later ones"),
            fix=t("import older orders, or judge with split='last'"),
            code="RECOMMEND-23",
        )
    after = 1 - counted["n"].cum_sum() / counted["n"].sum()
    nearest = (after[:-1] - LATER).abs().arg_min()
    return cast("date", counted[days.name][int(nearest or 0)])


def drawn(parts: Parts, *, exclude_seen: bool | None, most: int, seed: int, known: int = 20) -> Split:
    """The questions and their answers from the two parts.

    Args:
        parts: purchases before and after, and the cut.
        exclude_seen: leave out what a customer had bought before; None: where fewer than 5 % of the purchases before
            the cut are of a product that the customer had already bought on an earlier day.
        most: at most so many customers, drawn.
        seed: of the draw.
        known: how many of the SKUs bought before are told in `asked`.

    Raises:
        TableError: nothing was bought after the cut (RECOMMEND-24), or too few customers can be judged (RECOMMEND-25).
    """
    early, late, cut = parts
    if late.is_empty():
        raise TableError(
            t("there are no purchases after the cut to judge recommendations by"),
            why=t("nobody bought anything after {day}", day="–" if cut is None else cut.isoformat()),
            fix=t("import newer orders"),
            code="RECOMMEND-24",
        )
    is_excluded = _repeats(early) < REPEATED if exclude_seen is None else exclude_seen
    wanted = late.drop_nulls(c.CUSTOMER).select(c.CUSTOMER, c.SKU).unique()
    if is_excluded:
        wanted = wanted.join(early.select(c.CUSTOMER, c.SKU), on=[c.CUSTOMER, c.SKU], how="anti")
    customers = wanted[c.CUSTOMER].unique().sort()
    if customers.len() < LEAST:
        raise TableError(
            t("recommendations cannot be judged on so few customers: {n}", n=customers.len()),
            why=t(
                "at least {least} known customers with something to recommend have to buy after the cut", least=LEAST
            ),
            fix=t("import more orders with their customers"),
            code="RECOMMEND-25",
        )
    order = generator(seed, "recommend", "judged").permutation(customers.len())[:most]
    asked = pl.DataFrame({c.CUSTOMER: customers.gather(sorted(order))}).with_row_index("position")
    is_dated = early[c.AT].dtype.is_temporal()
    last = max(day_of_last(early.lazy()), day_of_last(late.lazy())) if is_dated else None
    return Split(
        early.drop(NUMBER),
        asked.join(_past(early, known), on=c.CUSTOMER, how="left", maintain_order="left").with_columns(
            pl.col("n").fill_null(0), pl.col("skus").fill_null([])
        ),
        asked.join(wanted, on=c.CUSTOMER).select("position", c.SKU).sort("position", c.SKU),
        cut,
        last,
        is_excluded,
        customers.len(),
    )


def _sold(shop: Shop) -> pl.DataFrame:
    """What was sold, in one order: joins give rows back as they come."""
    lines = sold_lines(shop).drop_nulls([c.SKU, c.AT]).collect(engine="streaming")
    return lines.sort(c.AT, c.ORDER, c.SKU, c.UNITS, c.REVENUE)


def _past(early: pl.DataFrame, known: int) -> pl.DataFrame:
    """What each customer had bought: customer, n, skus (the last ones, latest last)."""
    ordered = early.drop_nulls(c.CUSTOMER).sort(c.AT, NUMBER)
    return ordered.group_by(c.CUSTOMER).agg(pl.len().cast(pl.Int64).alias("n"), pl.col(c.SKU).tail(known).alias("skus"))


def _repeats(early: pl.DataFrame) -> float:
    """Share of purchases, one for each customer, product and day, that are not the first of the product."""
    day = pl.col(c.AT).dt.date() if early[c.AT].dtype.is_temporal() else pl.col(c.AT)
    bought = early.drop_nulls(c.CUSTOMER).select(c.CUSTOMER, c.SKU, day).unique()
    return 1 - bought.select(c.CUSTOMER, c.SKU).n_unique() / max(bought.height, 1)


def _lines(interactions: pl.DataFrame | pl.LazyFrame) -> pl.DataFrame:
    """Interactions as they came, checked.

    Raises:
        TableError: as `checked`, or a key is null (RECOMMEND-22).
    """
    checked(interactions)
    lines = interactions.lazy().collect()
    if lines[c.AT].dtype.is_float():
        lines = lines.with_columns(pl.col(c.AT).fill_nan(None))
    empty = {name: lines[name].null_count() for name in (c.SKU, c.AT)}
    if any(empty.values()):
        name = c.SKU if empty[c.SKU] else c.AT
        raise TableError(
            t("{n:,} interactions have no {column}", n=empty[name], column=name),
            why=t("what was bought, and when, has to be known of each purchase that is judged"),
            fix=t("leave these rows out: interactions.drop_nulls(['sku', 'at'])"),
            code="RECOMMEND-22",
        )
    return _numbered(lines.with_columns(pl.col(c.CUSTOMER, c.SKU).cast(pl.String)))


def _check_days(lines: pl.DataFrame) -> None:
    """A cut in time needs a clock that all customers share.

    Raises:
        TableError: at holds no dates (RECOMMEND-14).
    """
    if not lines[c.AT].dtype.is_temporal():
        raise TableError(
            t("purchases cannot be cut at a day: at holds {dtype}", dtype=str(lines[c.AT].dtype)),
            why=t("numbers order the purchases of each customer, and tell nothing of who bought before whom"),
            fix=t("judge each customer's last purchase: split='last'; or turn at into dates or instants"),
            code="RECOMMEND-14",
        )


def _numbered(lines: pl.DataFrame) -> pl.DataFrame:
    """With their places in the table: purchases of one moment keep their order."""
    return lines.drop(NUMBER, strict=False).with_row_index(NUMBER)
