"""How much of the tastes planted in a synthetic shop a recommender finds, and what goes with a real basket.

The oracle knows which tastes there are, how many customers have each and how much more each wants of every product; it
infers a customer's taste from the same history, by Bayes' rule, and multiplies it with what sells of late. A second one
is told each customer's taste, which no history tells for sure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl
from measure import Row

from shopwright.recommend import Recommender
from shopwright.recommend.beside_blend import BASKET, PRODUCT, basket_trial, fit_beside, members_of, orders_of
from shopwright.recommend.blend import Blend
from shopwright.recommend.fashion import lately
from shopwright.recommend.histories import of_places
from shopwright.recommend.holdout import Trial
from shopwright.recommend.members import Member
from shopwright.recommend.weigh import Judged, weigh
from shopwright.shop.synthetic import World, make

__all__ = ["SEEDS", "baskets", "planted", "recalls"]

SEEDS, DEPTH = (1, 2, 3, 4, 5), 10


def recalls(seed: int, orders: int = 20_000) -> dict[str, float]:
    """Share of the next order's products among ten, for customers known before the last tenth of the order lines."""
    world = make(orders=orders, seed=seed)
    sold = world.shop.table("order_lines").filter(pl.col("units") > 0).drop_nulls("customer").collect()
    cut = sold["day"].sort()[int(len(sold) * 0.9)]
    early, late = sold.filter(pl.col("day") < cut), sold.filter(pl.col("day") >= cut)
    model = Recommender.fit(early.select("customer", "sku", "at", "order"))
    following = late.filter(pl.col("at") == pl.col("at").min().over("customer"))
    bought = {who: set(skus) for who, skus in following.group_by("customer").agg("sku").iter_rows()}
    asked = sorted(who for who in bought if model.knows_customer(who))
    shown = model.recommend(customers=asked, k=DEPTH, exclude_seen=False)
    ours = dict(shown.group_by("customer", maintain_order=True).agg("sku").iter_rows())
    lists = {"ours": [ours[who] for who in asked], **_oracles(world, model, asked)}
    return {
        name: float(np.mean([len(set(each) & bought[who]) / min(DEPTH, len(bought[who])) for each, who in told]))
        for name, told in ((name, list(zip(found, asked, strict=True))) for name, found in lists.items())
    }


def _oracles(world: World, model: Recommender, asked: Sequence[str]) -> dict[str, list[list[str]]]:
    truth, events = world.truth, model.events
    wants = np.array(
        [[taste.weights.get(truth.curves[sku].group, 1.0) for sku in model.skus] for taste in truth.tastes]
    )
    share = np.array([taste.share for taste in truth.tastes])
    wants /= share @ wants
    wants /= (wants @ (np.bincount(events.items, minlength=len(model.skus)) / len(events.items)))[:, None]
    known = of_places(events, np.array([events.place(who) for who in asked]), int(events.days.max()) + 1)
    likely = known.summed(known.weights) @ np.log(wants).T + np.log(share)
    belongs = np.exp(likely - likely.max(axis=1, keepdims=True))
    belongs /= belongs.sum(axis=1, keepdims=True)
    planted_taste = dict(truth.customers.select("customer", "taste").iter_rows())
    names = [taste.name for taste in truth.tastes]
    told = np.eye(len(names))[[names.index(planted_taste[who]) for who in asked]]
    now = lately(events)
    popular = np.broadcast_to(now, (len(asked), len(now)))
    scores = {"oracle": belongs @ wants * now, "told": told @ wants * now, "popular": popular}
    return {name: _best(model.skus, each) for name, each in scores.items()}


def _best(skus: Sequence[str], scores: np.ndarray) -> list[list[str]]:
    return [[skus[at] for at in row] for row in np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]]


def planted(data: Path) -> Iterator[Row]:
    """Tastes of five synthetic shops, beside oracles."""
    found = [recalls(seed) for seed in SEEDS]
    mean = {name: float(np.mean([each[name] for each in found])) for name in found[0]}
    note = ", ".join(f"{each['ours'] / each['oracle']:.3f}" for each in found)
    yield Row(
        "planted: recall@10 beside an oracle that infers tastes",
        mean["ours"] / mean["oracle"],
        "×",
        0.95,
        note,
        is_least=True,
    )
    yield Row("planted: beside an oracle that is told them", mean["ours"] / mean["told"], "×")
    for name, value in mean.items():
        yield Row(f"planted: recall@10, {name}", value, "")


def baskets(data: Path) -> Iterator[Row]:
    """Online Retail: half of each later order is known, or one product; the rest is asked for."""
    lines = pl.read_parquet(data / "online_retail" / "transactions.parquet").filter(
        pl.col("Quantity") > 0, pl.col("StockCode").str.contains(r"^\d{5}")
    )
    bought = lines.select(
        pl.col("StockCode").alias("sku"),
        pl.col("InvoiceDate").alias("at"),
        pl.col("InvoiceNo").cast(pl.String).alias("order"),
    )
    orders = orders_of(bought.lazy(), bought["sku"].unique().sort())
    for surface in (BASKET, PRODUCT):
        trial = basket_trial(orders, 4_000, 1, is_one=surface == PRODUCT)
        if trial is None:
            continue
        blends = fit_beside(trial.early)
        for name, judged in _judged(trial, blends.get(surface)):
            yield Row(f"{surface}: {name}, NDCG@10", judged.ndcg, "", note=f"recall@10 {judged.recall:.4f}")


def _judged(trial: Trial, blend: Blend | None) -> Iterator[tuple[str, Judged]]:
    """The blend and each of its possible members, judged on orders that none has seen."""
    members: dict[str, Member] = dict(members_of(trial.early))
    if blend is not None:
        members = {"Shopwright": blend, **members}  # type: ignore[dict-item] # it scores; it is never saved here
    found = weigh(members, trial, exclude_seen=True)
    if found is not None:
        yield from found.alone.items()
