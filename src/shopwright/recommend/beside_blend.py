"""Blends for what is shown beside a basket and beside one product: they learn from orders, not from customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.i18n import t
from shopwright.processor import one_thread
from shopwright.progress import step
from shopwright.recommend.baskets import LARGEST_BASKET, WINDOW_DAYS
from shopwright.recommend.blend import Blend
from shopwright.recommend.counted import counted
from shopwright.recommend.events import Events, events_of
from shopwright.recommend.fashion import fashion, fashioned
from shopwright.recommend.grams import together
from shopwright.recommend.histories import Histories, of_set
from shopwright.recommend.holdout import FEWEST, SHARE_LATER, Trial
from shopwright.recommend.linear import linears
from shopwright.recommend.members import Links, Member
from shopwright.recommend.neighbours import neighbours
from shopwright.recommend.popular import RECENT_DAYS, popular
from shopwright.recommend.session import sessions
from shopwright.recommend.tastes import tastes
from shopwright.recommend.weigh import weigh
from shopwright.seeds import generator
from shopwright.shop.schema import names as c

__all__ = ["BASKET", "COUNTS", "PRODUCT", "basket_trial", "beside_one", "fit_beside", "members_of", "orders_of"]

BASKET, PRODUCT, COUNTS = "basket", "product", "counted"
ASKED, CELLS = 4_000, 150_000_000  # orders that weights are chosen on; scores held for it, at most
MOST_TARGETS = 20_000  # products of those orders that are asked for
FEW_PAIRS = 0.01  # share of orders with two products below which there is nothing to learn from


class _Baskets:
    """What several members are made of, made once."""

    def __init__(self, events: Events, seed: int) -> None:
        self.events, self.seed = events, seed

    @cached_property
    def gram(self) -> Any:
        return together(self.events)

    @cached_property
    def linears(self) -> list[Links]:
        return linears(self.events, gram=self.gram)


MEMBERS: dict[str, Callable[[_Baskets], Member]] = {
    COUNTS: lambda shared: counted(shared.events, shared.gram),
    "popular of the week": lambda shared: popular(shared.events, RECENT_DAYS),
    "neighbours": lambda shared: neighbours(shared.events),
    "sessions": lambda shared: sessions(shared.events),
    "tastes": lambda shared: tastes(shared.events, shared.seed),
    "linear": lambda shared: shared.linears[0],
    "linear, firm": lambda shared: shared.linears[1],
    "linear, in fashion": lambda shared: fashioned(shared.linears[1], fashion(shared.events)),
}


def orders_of(lines: pl.LazyFrame, skus: pl.Series) -> Events:
    """Orders of the last 365 days as if each were a customer with one visit; wholesale orders are left out.

    Args:
        lines: sku, at and order of purchases, at as days or instants.
        skus: every SKU, sorted.
    """
    day = pl.col(c.AT).dt.date()
    known = lines.drop_nulls(c.ORDER).filter(day > day.max() - pl.duration(days=WINDOW_DAYS))
    sizes_of = known.group_by(c.ORDER).agg(pl.col(c.SKU).n_unique() > 1)
    if (sizes_of.select(pl.col(c.SKU).mean()).collect(engine="streaming").item() or 0) < FEW_PAIRS:
        known = known.limit(0)
    moment = pl.col(c.AT).max().over(c.ORDER)
    found = events_of(known.select(pl.col(c.ORDER).alias(c.CUSTOMER), c.SKU, moment), skus)
    sizes = np.diff(found.starts)
    return found.only((sizes <= LARGEST_BASKET)[found.owners])


def fit_beside(orders: Events, seed: int = 0) -> dict[str, Blend]:
    """Choose weights for baskets and for single products on the last tenth of the orders.

    Args:
        orders: as `orders_of` gives them.
        seed: of all that is drawn.

    Returns:
        By surface, where blends did better than counts on orders that neither models nor weights were chosen by.
    """
    if not orders.is_dated:
        return {}
    most = int(np.clip(CELLS // max(orders.n_items, 1), 1_000, ASKED))
    trials = {name: basket_trial(orders, most, seed, is_one=name == PRODUCT) for name in (BASKET, PRODUCT)}
    first = trials[BASKET]
    if first is None:
        return {}
    with one_thread():
        early = members_of(first.early, seed=seed)
        asked = {name: trial for name, trial in trials.items() if trial is not None}
        found = {name: weigh(early, trial, exclude_seen=True, champion=COUNTS) for name, trial in asked.items()}
        chosen = {name: weighed for name, weighed in found.items() if weighed is not None}
        wanted = [name for name in MEMBERS if any(name in weighed.weights for weighed in chosen.values())]
        del early
        members = members_of(orders, wanted, seed)
    return {name: Blend.of(weighed, members) for name, weighed in chosen.items()}


def beside_one(
    blends: Mapping[str, Blend], sku: str, rows: Mapping[str, int]
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Scores of all products beside one, and chances, which may be equal where scores are not; both of shape (n,).

    Args:
        blends: as `fit_beside` gives them; None is returned where counts do as well.
        sku: the product.
        rows: place by SKU.
    """
    model = blends.get(PRODUCT)
    if model is None:
        return None
    with one_thread():
        scores = np.asarray(model.scores(of_set([sku], rows, len(rows)))[0], np.float64)
    return scores, np.asarray(model.chances(scores), np.float64)


def members_of(orders: Events, names: Iterable[str] = MEMBERS, seed: int = 0) -> dict[str, Member]:
    """Models fitted on orders, by name.

    Args:
        orders: as `orders_of` gives them.
        names: of the models.
        seed: of all that is drawn.
    """
    wanted = list(names)
    shared, found = _Baskets(orders, seed), {}
    with step(t("Learning what goes together"), total=len(wanted)) as bar:
        for name in wanted:
            found[name] = MEMBERS[name](shared)
            bar.advance()
    return found


def basket_trial(orders: Events, most: int, seed: int = 0, *, is_one: bool = False) -> Trial | None:
    """Orders of the last tenth of time: one half of each is known, drawn, or one product; the rest is asked for.

    Args:
        orders: as `orders_of` gives them.
        most: orders asked for, drawn evenly.
        seed: of the drawing.
        is_one: only one product is known.

    Returns:
        None where there are fewer than 60 such orders, or nothing came before them.
    """
    if not len(orders.items):
        return None
    day = int(np.quantile(orders.days, 1 - SHARE_LATER, method="higher"))
    when = orders.days[np.minimum(orders.starts[:-1], len(orders.days) - 1)]
    able = np.flatnonzero((when >= day) & (np.diff(orders.starts) > 1))
    random = generator(seed, "recommend", "baskets", "one" if is_one else "half")
    early = orders.only(orders.days < day)
    held: list[NDArray[np.int32]] = []
    known: list[NDArray[np.int32]] = []
    n_held = 0
    for at in random.permutation(able)[:most]:
        inside = random.permutation(np.unique(orders.items[orders.starts[at] : orders.starts[at + 1]]))
        n = 1 if is_one else len(inside) // 2
        if len(inside) > 1:
            known.append(inside[:n])
            held.append(inside[n:])
            n_held += len(inside) - n
        if n_held > MOST_TARGETS:
            break
    if len(held) < FEWEST or not len(early.items):
        return None
    rows = np.repeat(np.arange(len(held), dtype=np.int64), [len(each) for each in held])
    return Trial(early, _asked(known, orders.n_items), rows, np.concatenate(held).astype(np.int32), rows < 0, day)


def _asked(known: list[NDArray[np.int32]], n_items: int) -> Histories:
    starts = np.concatenate([[0], np.cumsum([len(each) for each in known])]).astype(np.int64)
    items = np.concatenate([*known, np.zeros(0, np.int32)]).astype(np.int32)
    none = np.zeros(len(items), np.int32)
    return Histories(n_items, starts, items, none, none, np.ones(len(items), np.float32))
