"""How good recommendations would have been: models learn from earlier purchases and are judged on later ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.recommend import baselines, scored
from shopwright.recommend.evaluation import NAMES, OURS, Evaluation
from shopwright.recommend.learning import known_items
from shopwright.recommend.recommender import Recommender
from shopwright.recommend.split import Parts, Split, drawn, last_of_shop, of_shop, of_time, without_last
from shopwright.shop.arguments import check_seed
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["Fit", "Model", "evaluate", "evaluate_shop"]


class Model(Protocol):
    """Anything that recommends."""

    def recommend(
        self, *, customers: Sequence[str] | None = None, k: int = 10, exclude_seen: bool = True
    ) -> pl.DataFrame:
        """Lists for customers: position (place in the request), rank (from 1), sku; more columns may stand beside."""


class Fit(Protocol):
    """Makes a model from purchases, as `Recommender.fit` does."""

    def __call__(self, interactions: pl.DataFrame, items: pl.DataFrame | None, /, *, seed: int) -> Model:
        """Learn from interactions and items."""


BASELINES: Mapping[str, Fit] = {
    "popular_week": baselines.popular_week,
    "popular": baselines.popular,
    "popular_by_category": baselines.popular_by_category,
    "repeat": baselines.repeat,
    "item_knn": baselines.item_knn,
}


def evaluate(
    interactions: pl.DataFrame | pl.LazyFrame,
    items: pl.DataFrame | None = None,
    *,
    split: Literal["time", "last"] = "time",
    k: int | Sequence[int] = (5, 10, 20),
    models: Mapping[str, Fit] | None = None,
    most: int = 5_000,
    exclude_seen: bool | None = None,
    seed: int = 0,
) -> Evaluation:
    """Judge Shopwright's lists, those of other models and every baseline on the same later purchases.

    Args:
        interactions: customer (null: unknown), sku, at (a date or an instant; with split "last" also a number that
            orders each customer's purchases) and, where known, order, as `Recommender.fit` takes them. All models
            learn from the early part alone.
        items: the products that may be shown: sku, title, category, price. They should be as they were known at the
            cut. None: every product bought before it.
        split: "time": what customers bought after a cut day, with everything before it known; the cut leaves about
            the last tenth of the purchases, in whole days. "last": each customer's last purchase, with all others
            known: papers compare this way, but what others bought later is then known too.
        k: lengths of the lists to judge, or one.
        models: more models by name, each as a function that fits it, such as `Recommender.fit`.
        most: judge on at most so many customers, drawn.
        exclude_seen: neither show nor count what a customer had bought before. None: where hardly anybody buys a
            product again (fewer than 5 % of the earlier purchases do).
        seed: of models, draws and intervals.

    Returns:
        The table and its breakdowns; the baselines are always in it: popular in the last 7 days and of all time,
        popular in the customer's categories where products have one, bought before where that may be shown, item-kNN.
        Where `at` is a number there are no last 7 days, and a note says so.

    Raises:
        UsageError: `k` is empty or below 1, `most` is below 1, the split is unknown (RECOMMEND-26), a model has the
            name of a baseline (RECOMMEND-27), or the seed is no whole number (USAGE-25).
        TableError: interactions that cannot be read, no dates to cut at (RECOMMEND-14), a null key (RECOMMEND-22), one
            day only (RECOMMEND-23), nothing after the cut (RECOMMEND-24), too few customers (RECOMMEND-25).
    """
    check_seed(seed)
    k = (k,) if isinstance(k, int) else k
    _check(split, k, most, models or {})
    parts = of_time(interactions) if split == "time" else without_last(interactions)
    return _judged(parts, items, tuple(sorted(set(k))), models or {}, (most, exclude_seen, seed))


def evaluate_shop(
    shop: Shop,
    *,
    split: Literal["time", "last"] = "time",
    k: int | Sequence[int] = (5, 10, 20),
    models: Mapping[str, Fit] | None = None,
    most: int = 5_000,
    exclude_seen: bool | None = None,
    seed: int = 0,
) -> Evaluation:
    """The same for a shop: models see it as it was known on the evening of the cut, and are judged on orders since.

    With split "last" each customer's last purchase is held out of all that was sold.

    Raises:
        UsageError: as for `evaluate`.
        TableError: as for `evaluate`, or there are no sales.
    """
    check_seed(seed)
    k = (k,) if isinstance(k, int) else k
    _check(split, k, most, models or {})
    parts = of_shop(shop) if split == "time" else last_of_shop(shop)
    sold = parts[0].select(c.SKU).unique().sort(c.SKU)
    items = sold
    if shop.has("products"):
        then = shop if parts[2] is None else shop.until(parts[2])
        known = then.table("products").select(c.SKU, c.TITLE, c.CATEGORY, c.PRICE)
        items = sold.join(known.collect(engine="streaming"), on=c.SKU, how="left", maintain_order="left")
    return _judged(parts, items, tuple(sorted(set(k))), models or {}, (most, exclude_seen, seed))


def _judged(
    parts: Parts,
    items: pl.DataFrame | None,
    k: tuple[int, ...],
    models: Mapping[str, Fit],
    way: tuple[int, bool | None, int],
) -> Evaluation:
    most, exclude_seen, seed = way
    split = drawn(parts, exclude_seen=exclude_seen, most=most, seed=seed)
    n_items = split.early[c.SKU].n_unique() if items is None else known_items(items).height
    rivals, notes = _rivals(items, split)
    fits: dict[str, Fit] = {OURS: Recommender.fit, **models, **rivals}
    lists = _lists(fits, split, items, max(k), seed)
    return Evaluation(
        scored.overall(lists, split, k, n_items, seed),
        scored.versus(lists, split, k, seed, OURS),
        scored.by_customer(lists, split, k, seed),
        scored.by_item(lists, split, k, seed),
        pl.concat([_named(found, model, split) for model, found in lists.items()], how="diagonal_relaxed"),
        split.asked,
        split.truth,
        k,
        n_items,
        split.exclude_seen,
        split.cut,
        split.as_of,
        _how(split, n_items),
        notes,
    )


def _rivals(items: pl.DataFrame | None, split: Split) -> tuple[dict[str, Fit], tuple[Text, ...]]:
    """The baselines that can be judged, and why others cannot."""
    rivals, notes = dict(BASELINES), []
    if known_items(items)[c.CATEGORY].drop_nulls().is_empty():
        del rivals["popular_by_category"]
        notes.append(t("popular by category is left out: no product has a category"))
    if not split.early[c.AT].dtype.is_temporal():
        del rivals["popular_week"]
        notes.append(t("popular in the last 7 days is left out: the purchases have an order, but no days"))
    if split.exclude_seen:
        del rivals["repeat"]
        notes.append(t("buying again is left out: what was bought before is neither shown nor counted"))
    return rivals, tuple(notes)


def _lists(
    fits: Mapping[str, Fit], split: Split, items: pl.DataFrame | None, k: int, seed: int
) -> dict[str, pl.DataFrame]:
    """Every model's lists, from what it learned of the early purchases alone."""
    asked = split.asked[c.CUSTOMER].to_list()
    found = {}
    with step(t("Judging recommendations of {n} models", n=len(fits)), total=2 * len(fits)) as bar:
        for name, fit in fits.items():
            model = fit(split.early, items, seed=seed)
            bar.advance()
            found[name] = model.recommend(customers=asked, k=k, exclude_seen=split.exclude_seen)
            bar.advance()
    return found


def _named(found: pl.DataFrame, model: str, split: Split) -> pl.DataFrame:
    """A model's lists under its name, with the customers of the positions."""
    plain = found.with_columns(pl.lit(model).alias("model"), pl.col("position").cast(pl.UInt32)).drop(
        c.CUSTOMER, strict=False
    )
    who = split.asked.select("position", c.CUSTOMER)
    wanted = ["model", "position", c.CUSTOMER, "rank", c.SKU, "score", "why"]
    joined = plain.join(who, on="position", how="inner", maintain_order="left")
    return joined.select(name for name in wanted if name in joined.columns)


def _how(split: Split, n_items: int) -> Text:
    seen = (
        t("what a customer had bought before is neither shown nor counted")
        if split.exclude_seen
        else t("what a customer had bought before may be shown and counts")
    )
    told = {
        "n": split.asked.height,
        "all": split.n_customers,
        "items": n_items,
        "seen": seen,
        "early": split.early.height,
    }
    if split.cut is None or split.as_of is None:
        return t(
            "each customer's last purchase was held out; every model learned from the other {early:,}, also from what "
            "others bought later, and ranked all {items:,} products for {n:,} of {all:,} customers; {seen}; intervals: "
            "95 %, customers drawn 1,000 times with replacement, the same draws for every model",
            **told,
        )
    return t(
        "every model learned from the {early:,} purchases to {cut}, ranked all {items:,} products for {n:,} of the "
        "{all:,} known customers who bought after it, and was judged on all they bought to {last}; {seen}; intervals: "
        "95 %, customers drawn 1,000 times with replacement, the same draws for every model",
        cut=split.cut.isoformat(),
        last=split.as_of.isoformat(),
        **told,
    )


def _check(split: str, k: Sequence[int], most: int, models: Mapping[str, Fit]) -> None:
    if split not in ("time", "last") or not k or min(k) < 1 or most < 1:
        raise UsageError(
            t("recommendations cannot be judged as asked"),
            why=t("got split={split}, k={k}, most={most}", split=repr(split), k=list(k), most=most),
            fix=t("split is 'time' or 'last'; k holds lengths of 1 or more; most is 1 or more"),
            code="RECOMMEND-26",
        )
    taken = sorted(set(models) & set(NAMES))
    if taken:
        raise UsageError(
            t("no model to be judged can be called {name}", name=taken[0]),
            why=t("this name is taken by one that is always judged: {names}", names=", ".join(NAMES)),
            fix=t("give it another name"),
            code="RECOMMEND-27",
        )
