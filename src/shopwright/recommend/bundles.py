"""Sets of two to four products worth offering together, and what that should bring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse
from scipy.special import pdtrik

from shopwright.errors import TableError, UsageError
from shopwright.i18n import Text, t
from shopwright.recommend.baskets import LARGEST_BASKET, WINDOW_DAYS
from shopwright.recommend.itemsets import FrequentSets, frequent_sets
from shopwright.recommend.notable import Notable, notable, spread
from shopwright.recommend.pairs import AHEAD_DAYS, JUDGED_DAYS, MOST_UPLIFT
from shopwright.settings import Settings
from shopwright.shop.history import sold_lines
from shopwright.shop.margins import IS_ASSUMED, MARGIN, unit_margins
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop
from shopwright.shop.titles import titles

__all__ = ["Bundles", "bundles"]

SIZES = (2, 4)
LOOKED_AT = 20_000  # sets among which those that go into the table are picked
LIST = pl.List(pl.String)
PLACE = "place"


@dataclass(frozen=True, eq=False)
class Bundles:
    """Sets of products bought together more than their parts explain, those that should bring most first.

    Attributes:
        table: one row for each set: skus and titles (lists), size, n_orders (with all of them), support (share of the
            orders), lift (how many times as often as if bought independently), split_lift (as often as the best of its
            splits into two parts explains in orders of their sizes, shrunk: above 1, the set is more than its parts),
            orders (expected in the next 28 days), price and margin (of one of each; null where one is not known),
            most_discount (share off the price at which nothing is gained), low, mean, high (gain; null without
            margins).
        n_orders: orders of the last 365 days that were counted.
        n_left_out: orders left out for holding more than 100 different products.
        n_sets: sets that passed the limits, of which the table holds the best.
        from_day: first day counted.
        as_of: last day counted.
        currency: of prices, margins and gains; empty where it is not known.
        how: how the sets were found and valued.
    """

    table: pl.DataFrame
    n_orders: int
    n_left_out: int
    n_sets: int
    from_day: date
    as_of: date
    currency: str
    how: Text


def bundles(
    sales: Shop | pl.DataFrame,
    items: pl.DataFrame | None = None,
    *,
    most: int = 30,
    largest: int = 4,
    least_orders: int = 20,
    least_lift: float = 2.0,
    each: int = 3,
) -> Bundles:
    """Find the best bundles.

    Args:
        sales: a shop, or order lines with order, sku and at (a date or an instant).
        items: for order lines: sku and, where known, title, price, margin of one unit.
        most: most sets in the table.
        largest: most products in a set, 2 to 4.
        least_orders: fewest orders with all of a set's products.
        least_lift: lowest lift; of split_lift, half of what this has above 1.
        each: most sets that one product stands in.

    Raises:
        UsageError: a limit is not possible.
        TableError: the lines lack a column, or there is no order.
    """
    _check(most, largest, least_orders, least_lift, each)
    lines, priced, named, day, uplift, currency = _read(sales, items)
    first = day - timedelta(days=WINDOW_DAYS - 1)
    recent = lines.filter(pl.col(c.AT).is_between(first, day)).unique([c.ORDER, c.SKU])
    kept = recent.filter(pl.len().over(c.ORDER) <= LARGEST_BASKET)
    left_out = recent[c.ORDER].n_unique() - kept[c.ORDER].n_unique()
    skus = kept[c.SKU].unique().sort()
    baskets = kept.group_by(c.ORDER).agg(pl.col(c.AT).max()).sort(c.ORDER)
    found = frequent_sets(_matrix(kept, skus, baskets[c.ORDER]), least_orders, largest)
    rate = np.flatnonzero((baskets[c.AT] > day - timedelta(days=JUDGED_DAYS)).to_numpy())
    days = min(JUDGED_DAYS, (day - _day(lines[c.AT].min())).days + 1)
    kept_sets = notable(found, least_lift)
    sets = np.concatenate([_padded(one.sets) for one in kept_sets.values()])
    names = skus.gather(found.columns)
    table = _table(found, kept_sets, rate, AHEAD_DAYS / days)
    valued = _valued(table, sets, _known(priced, names), uplift)
    ranked = valued.sort("mean", "n_orders", "split_lift", PLACE, descending=[True, True, True, False], nulls_last=True)
    first_sets = [row[row >= 0].tolist() for row in sets[ranked[PLACE].head(LOOKED_AT).to_numpy()]]
    best = spread(first_sets, most, each)
    return Bundles(
        _named(ranked[best].drop(PLACE), [[str(names[at]) for at in first_sets[row]] for row in best], named),
        len(found.position),
        left_out,
        valued.height,
        first,
        day,
        currency,
        _costed(_how(found, first, day, left_out, uplift), sales, priced, names),
    )


Read = tuple[pl.DataFrame, pl.DataFrame, dict[str, str], date, float, str]


def _read(sales: Shop | pl.DataFrame, items: pl.DataFrame | None) -> Read:
    """Lines (order, sku, at as a date), prices and margins (sku, price, margin), titles, day, uplift, currency."""
    if isinstance(sales, Shop):
        lines = sold_lines(sales).select(c.ORDER, c.SKU, pl.col(c.DAY).alias(c.AT)).drop_nulls()
        read = lines.collect(engine="streaming")
        _check_any(read)
        priced = unit_margins(sales).select(c.SKU, c.PRICE, MARGIN, IS_ASSUMED)
        uplift = sales.settings.recommend.pair_uplift
        return read, priced, titles(sales, distinct=True), sales.day, uplift, sales.currency
    missing = [name for name in (c.ORDER, c.SKU, c.AT) if name not in sales.columns]
    if missing or not sales[c.AT].dtype.is_temporal():
        raise TableError(
            t("no bundles can be found in these order lines"),
            why=t("needed are order, sku and at, a date or instant; found: {columns}", columns=_types(sales)),
            fix=t("rename or convert the columns"),
            code="RECOMMEND-37",
        )
    read = sales.select(pl.col(c.ORDER, c.SKU).cast(pl.String), pl.col(c.AT).dt.date()).drop_nulls()
    _check_any(read)
    schema = {c.SKU: pl.String, c.TITLE: pl.String, c.PRICE: pl.Float64, MARGIN: pl.Float64}
    known = pl.DataFrame(schema=schema) if items is None else items
    told = known.select(
        (pl.col(name) if name in known.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    ).unique(c.SKU, keep="first", maintain_order=True)
    last = _day(read[c.AT].max())
    named = dict(told.drop_nulls(c.TITLE).select(c.SKU, c.TITLE).iter_rows())
    return read, told.select(c.SKU, c.PRICE, MARGIN), named, last, Settings().recommend.pair_uplift, ""


def _types(frame: pl.DataFrame) -> str:
    return ", ".join(f"{name} {dtype}" for name, dtype in frame.schema.items())


def _matrix(lines: pl.DataFrame, skus: pl.Series, orders: pl.Series) -> sparse.csr_matrix:
    """Orders × products, one where the order holds the product; rows and columns in the order given."""
    rows, columns = (
        lines[name].cast(pl.Enum(values)).to_physical().to_numpy().astype(np.int64)
        for name, values in ((c.ORDER, orders), (c.SKU, skus))
    )
    return sparse.csr_matrix((np.ones(len(rows), dtype=np.int64), (rows, columns)), shape=(len(orders), len(skus)))


def _padded(sets: np.ndarray) -> np.ndarray:
    """Sets with −1 up to four products."""
    return np.pad(sets, ((0, 0), (0, SIZES[1] - sets.shape[1])), constant_values=-1)


def _table(found: FrequentSets, kept: dict[int, Notable], rate: np.ndarray, times: float) -> pl.DataFrame:
    """Numbers of the sets: size, counts, lifts and the orders expected."""
    parts = [
        pl.DataFrame(
            {
                "size": np.full(len(one.sets), size),
                "n_orders": one.counts,
                "support": one.counts / max(len(found.position), 1),
                "lift": one.lift,
                "split_lift": one.split_lift,
                "orders": found.count_among(one.sets, rate) * times,
            }
        )
        for size, one in kept.items()
    ]
    return pl.concat(parts).with_row_index(PLACE)


def _known(priced: pl.DataFrame, skus: pl.Series) -> dict[str, np.ndarray]:
    """Price and margin of each frequent product, NaN where it is not known."""
    joined = skus.to_frame(c.SKU).join(priced, on=c.SKU, how="left", maintain_order="left")
    return {name: joined[name].fill_null(np.nan).to_numpy() for name in (c.PRICE, MARGIN)}


def _valued(table: pl.DataFrame, sets: np.ndarray, known: dict[str, np.ndarray], uplift: float) -> pl.DataFrame:
    """Prices, margins and gains.

    For each product of a set, orders with all others are offered it. As beside one product (`pairs`), this is assumed
    to add the share u to the orders that take it anyway, each with its margin; so n orders with the whole set bring
    n u m, with m the margin of the whole set. With a share d off the price p of the set of s products, given to all
    who then take it, the gain is n (u m − d p (1 + u s)).
    """
    sums = [pl.Series(name, np.append(values, 0.0)[sets].sum(axis=1)).fill_nan(None) for name, values in known.items()]
    priced = table.with_columns(sums)
    high = pl.Series("high", np.ceil(pdtrik(0.9, np.maximum(table["orders"].to_numpy(), 1e-9))))
    extra = uplift * pl.col(MARGIN)
    return priced.with_columns(
        pl.when(pl.col(c.PRICE) > 0)
        .then(extra / ((1 + uplift * pl.col("size")) * pl.col(c.PRICE)))
        .alias("most_discount"),
        (extra * 0.0).alias("low"),
        (pl.col("orders") * extra).alias("mean"),
        (pl.max_horizontal("orders", high) * extra * MOST_UPLIFT).alias("high"),
    )


def _named(ranked: pl.DataFrame, sets: list[list[str]], named: dict[str, str]) -> pl.DataFrame:
    """With the SKUs and titles of each set."""
    titled = [[named.get(sku, sku) for sku in one] for one in sets]
    lists = [pl.Series("skus", sets, dtype=LIST), pl.Series("titles", titled, dtype=LIST)]
    return pl.DataFrame(lists).hstack(ranked)


def _day(value: Any) -> date:
    assert isinstance(value, date)
    return value


def _how(found: FrequentSets, first: date, day: date, left_out: int, uplift: float) -> Text:
    return t(
        "sets in at least {least} of {n:,} orders from {first} to {last}; {left_out:,} with more than {most} different"
        " products left out; gain: orders with the set expected in {ahead} days (as in the last {judged}) ×"
        " {uplift:.0%} more when each of its products is offered with the others (assumed) × margin of the set",
        least=found.least,
        n=len(found.position),
        first=first.isoformat(),
        last=day.isoformat(),
        left_out=left_out,
        most=LARGEST_BASKET,
        ahead=AHEAD_DAYS,
        judged=JUDGED_DAYS,
        uplift=uplift,
    )


def _costed(how: Text, sales: Shop | pl.DataFrame, priced: pl.DataFrame, skus: pl.Series) -> Text:
    """The same, saying for how many of the products the cost is a guess."""
    if not isinstance(sales, Shop):
        return how
    n = int(priced.filter(pl.col(c.SKU).is_in(skus.implode()))[IS_ASSUMED].sum())
    if n == 0:
        return how
    return t(
        "{how}; for {n:,} of {all:,} products the cost is not known and a margin of {rate:.0%} is assumed",
        how=how,
        n=n,
        all=len(skus),
        rate=sales.settings.money.margin_rate,
    )


def _check(most: int, largest: int, least_orders: int, least_lift: float, each: int) -> None:
    limits = {
        "most": (most, most >= 1, "1 …"),
        "largest": (largest, SIZES[0] <= largest <= SIZES[1], "2 … 4"),
        "least_orders": (least_orders, least_orders >= 1, "1 …"),
        "least_lift": (least_lift, least_lift >= 1, "1 …"),
        "each": (each, each >= 1, "1 …"),
    }
    for name, (value, is_allowed, allowed) in limits.items():
        if not is_allowed:
            raise UsageError(
                t("bundles cannot be found with {name} = {value}", name=name, value=value),
                why=t("allowed is {allowed}", allowed=allowed),
                fix=t("give {name} another value, or leave it out", name=name),
                code="RECOMMEND-38",
            )


def _check_any(lines: pl.DataFrame) -> None:
    if lines.is_empty():
        raise TableError(
            t("there are no purchases to learn from"),
            why=t("no row has both a product and a time"),
            fix=t("import order lines: shopwright import orders.csv --to SHOP"),
            code="RECOMMEND-05",
        )
