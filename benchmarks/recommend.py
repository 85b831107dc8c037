"""Recommendations: ours beside `implicit`'s ALS and BM25 and popularity, in one run.

    python benchmarks/recommend.py --data FOLDER [--only beauty games cold retail baskets planted speed scale]

Beauty: each customer's items in order; models learn from all but the last two, the last is told from all before it
(the last but one is input then, never learned from), all items ranked, what the customer has masked. `Recommender.fit`
as it comes: it chooses by the last item of what it is given. Games: each customer's history and the next item; `cold`
takes a tenth of the items out of every history and asks for the held-out item among the held-out ones. Retail: one cut
in time over the orders of a whole shop, with every simple list; `baskets` asks for half of each later order.
Planted: the tastes of five synthetic shops, beside an oracle that knows which there are. Speed and scale: made-up
events with groups of tastes.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from scipy import sparse

sys.path.insert(0, str(Path(__file__).parent))

from measure import Row, report
from recommend_planted import baskets, planted

from shopwright.recommend import Recommender, evaluate

Lists = Sequence[Sequence[str]]
DEPTH = 10
LAST = date(2025, 12, 31)  # of made-up events


def flat(histories: Lists, titles: pl.DataFrame | None = None) -> pl.DataFrame:
    """Histories as events: customer, sku, at (the place)."""
    frame = pl.DataFrame({"customer": [f"c{at:06d}" for at in range(len(histories))], "sku": histories})
    return frame.explode("sku").drop_nulls().with_columns(at=pl.int_range(pl.len()).over("customer"))


def shown(model: Recommender, histories: Lists, k: int = DEPTH, at_once: int = 4_000) -> list[list[str]]:
    """Lists for histories, by the public call."""
    found: list[list[str]] = []
    for start in range(0, len(histories), at_once):
        some = histories[start : start + at_once]
        made = model.recommend(histories=some, k=k).group_by("position", maintain_order=True).agg("sku")
        found += made["sku"].to_list()
    return found


def judged(lists: Lists, targets: Sequence[str]) -> tuple[float, float]:
    """Recall and NDCG at ten with one target each."""
    ranks = np.array([row.index(one) if one in row else -1 for row, one in zip(map(list, lists), targets, strict=True)])
    hit = (ranks >= 0) & (ranks < DEPTH)
    return float(hit.mean()), float(np.where(hit, 1 / np.log2(np.maximum(ranks, 0) + 2), 0).mean())


def peers(train: Lists, asked: Lists, targets: Sequence[str]) -> Iterator[tuple[str, float, float]]:
    """ALS and BM25 of `implicit`, and what is popular: name, recall, NDCG."""
    from implicit.als import AlternatingLeastSquares
    from implicit.nearest_neighbours import BM25Recommender

    skus = sorted({sku for row in train for sku in row})
    place = {sku: at for at, sku in enumerate(skus)}

    def table(rows: Lists) -> sparse.csr_matrix:
        known = [[place[sku] for sku in row if sku in place] for row in rows]
        ends = np.concatenate([[0], np.cumsum([len(row) for row in known])])
        items = np.array([item for row in known for item in row])
        found = sparse.csr_matrix((np.ones(len(items), np.float32), items, ends), shape=(len(rows), len(skus)))
        found.sum_duplicates()
        found.data[:] = 1
        return found

    seen, wanted = table(train), table(asked)
    for name, model in (
        ("implicit ALS, 128 factors", AlternatingLeastSquares(128, 0.05, 20.0, iterations=15, random_state=0)),
        ("implicit BM25", BM25Recommender(K=100)),
    ):
        model.fit(seen, show_progress=False)
        extra = {"recalculate_user": True} if "ALS" in name else {}
        rows, _ = model.recommend(np.arange(len(asked)), wanted, N=DEPTH, filter_already_liked_items=True, **extra)
        yield name, *judged([[skus[item] for item in row if item >= 0] for row in rows], targets)
    order = np.argsort(-np.asarray(seen.sum(axis=0)).ravel(), kind="stable")
    popular = [skus[at] for at in order[:300]]
    lists = [[sku for sku in popular if sku not in set(row)][:DEPTH] for row in asked]
    yield "popularity", *judged(lists, targets)


def beside(name: str, train: Lists, asked: Lists, targets: Sequence[str], titles: pl.DataFrame | None) -> Iterator[Row]:
    """Ours, then the peers, on one set."""
    least = (0.0850, 0.0531) if name == "beauty" else (None, None)
    began = time.perf_counter()
    model = Recommender.fit(flat(train), titles)
    fitted = time.perf_counter() - began
    recall, ndcg = judged(shown(model, asked), targets)
    assert model.blends is not None
    chosen = ", ".join(f"{part} {weight:.3g}" for part, weight in model.blends.new.weighed.weights.items())
    yield Row(f"{name}: Shopwright, recall@10", recall, "", least[0], f"fit {fitted:.0f} s; {chosen}", is_least=True)
    yield Row(f"{name}: Shopwright, NDCG@10", ndcg, "", least[1], is_least=True)
    for peer, theirs, gain in peers(train, asked, targets):
        yield Row(f"{name}: {peer}, recall@10", theirs, "", note=f"NDCG@10 {gain:.4f}")


def beauty(data: Path) -> Iterator[Row]:
    """Amazon Beauty, the last item."""
    rows = pl.read_parquet(data / "amazon_beauty" / "sequences.parquet")["items"].cast(pl.List(pl.String)).to_list()
    yield from beside("beauty", [r[:-2] for r in rows], [r[:-1] for r in rows], [r[-1] for r in rows], None)


def _games(data: Path) -> tuple[list[list[str]], list[str], pl.DataFrame]:
    rows = pl.read_parquet(data / "amazon_games" / "valid.parquet")
    titles = pl.read_parquet(data / "amazon_games" / "items.parquet")
    items = titles.select(pl.col("item").cast(pl.String).alias("sku"), "title")
    return rows["history"].cast(pl.List(pl.String)).to_list(), rows["target"].cast(pl.String).to_list(), items


def games(data: Path) -> Iterator[Row]:
    """Amazon Video Games, the next item."""
    histories, targets, items = _games(data)
    yield from beside("games", histories, histories, targets, items)


def cold(data: Path) -> Iterator[Row]:
    """A tenth of the items that nobody has bought yet: recall@20 among them, of those that are bought next."""
    histories, targets, items = _games(data)
    held = set(np.random.default_rng(0).permutation(sorted(items["sku"]))[: len(items) // 10].tolist())
    known = [[sku for sku in row if sku not in held] for row in histories]
    everything = pl.concat(
        [
            items,
            pl.DataFrame(
                {"sku": sorted({s for r in known for s in r} - set(items["sku"]))}, schema={"sku": pl.String}
            ).with_columns(title=pl.lit(None, pl.String)),
        ]
    )
    model = Recommender.fit(flat([row for row in known if row]), everything)
    wanted = [at for at, one in enumerate(targets) if one in held and known[at]]
    only = Recommender(
        model.counts,
        model.items,
        model.counts.skus.is_in(list(held)).to_numpy(),
        model.events,
        model.blends,
        model.ties,
        model.by_order,
    )
    lists = shown(only, [known[at] for at in wanted], 20)
    ours = float(np.mean([targets[at] in row for at, row in zip(wanted, lists, strict=True)]))
    count: dict[str, int] = {}
    for row in histories:
        for sku in row:
            count[sku] = count.get(sku, 0) + 1
    oracle = set(sorted(held, key=lambda sku: -count.get(sku, 0))[:20])
    hindsight = float(np.mean([targets[at] in oracle for at in wanted]))
    chance = 20 / len(held)
    yield Row("cold: Shopwright, recall@20", ours, "", 3 * chance, f"{len(wanted)} targets", is_least=True)
    yield Row("cold: popularity, which knows nothing of them, recall@20", chance, "", note="by chance")
    yield Row("cold: popularity in hindsight, recall@20", hindsight, "", note="counts that only the future knows")


def retail(data: Path) -> Iterator[Row]:
    """Online Retail: what customers bought after a cut."""
    lines = pl.read_parquet(data / "online_retail" / "transactions.parquet").filter(
        pl.col("Quantity") > 0, pl.col("StockCode").str.contains(r"^\d{5}")
    )
    events = lines.select(
        pl.col("CustomerID").cast(pl.Int64).cast(pl.String).alias("customer"),
        pl.col("StockCode").alias("sku"),
        pl.col("InvoiceDate").alias("at"),
        pl.col("InvoiceNo").cast(pl.String).alias("order"),
    )
    for seen in (False, True):
        made = evaluate(events, k=(DEPTH,), exclude_seen=not seen)
        table = made.table.filter(pl.col("metric").is_in(["ndcg", "recall"]))
        for row in table.iter_rows(named=True):
            what = "any product" if seen else "new to the customer"
            note = f"{row['low']:.4f} to {row['high']:.4f}" if row["low"] is not None else ""
            yield Row(f"retail, {what}: {row['model']}, {row['metric']}@10", row["value"], "", note=note)


def _made_up(customers: int, items: int, events: int, seed: int = 0) -> pl.DataFrame:
    """Customers with tastes: each buys from one of √items groups mostly, popular ones more."""
    draw = np.random.default_rng(seed)
    groups = int(np.sqrt(items))
    owner = np.sort(draw.integers(0, customers, events))
    taste = draw.integers(0, groups, customers)[owner]
    taste = np.where(draw.random(events) < 0.8, taste, draw.integers(0, groups, events))
    within = np.minimum((draw.pareto(1.2, events) * 3).astype(int), items // groups - 1)
    sku, place = taste * (items // groups) + within, np.arange(events)
    first = np.searchsorted(owner, owner)  # orders of three lines, a customer's one after another over a year
    order = (place - first) // 3
    day = (draw.integers(0, 200, customers)[owner] + 11 * order) % 365
    days = np.sort(day + 365.0 * owner) - 365.0 * owner  # by customer, rising
    return pl.DataFrame({"customer": owner, "sku": sku, "order": order, "at": days.astype(int)}).with_columns(
        pl.format("c{}", "customer").alias("customer"),
        pl.format("s{}", "sku").alias("sku"),
        pl.format("{}-{}", "customer", "order").alias("order"),
        (pl.lit(LAST) - pl.duration(days=365 - pl.col("at"))).cast(pl.Date).alias("at"),
    )


def _timed(call: Callable[[int], object], times: int) -> tuple[float, float]:
    spent = []
    for at in range(times):
        began = time.perf_counter()
        call(at)
        spent.append((time.perf_counter() - began) * 1e3)
    return float(np.percentile(spent, 50)), float(np.percentile(spent, 95))


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def speed(data: Path, customers: int = 22_000, items: int = 12_000, events: int = 200_000) -> Iterator[Row]:
    """Fit, answers and fold-in."""
    frame = _made_up(customers, items, events)
    began = time.perf_counter()
    model = Recommender.fit(frame)
    what = f"{items:,} items, {events:,} events"
    yield Row(f"fit, {what}", (time.perf_counter() - began) / 60, "min", 3.0)
    yield Row(f"memory, {what}", _peak(), "GB", 4.0, "of the whole process")
    yield from answers(model, what)


def scale(data: Path) -> Iterator[Row]:
    """A million customers, 50,000 items."""
    frame = _made_up(1_000_000, 50_000, 10_000_000)
    began = time.perf_counter()
    model = Recommender.fit(frame)
    what = "1,000,000 customers, 50,000 items, 10,000,000 events"
    yield Row(f"fit, {what}", (time.perf_counter() - began) / 60, "min")
    yield Row(f"memory, {what}", _peak(), "GB", 8.0, "of the whole process")
    yield from answers(model, what)


def answers(model: Recommender, what: str) -> Iterator[Row]:
    """How long one list takes, with its reasons, and one new event."""
    names = model.customers
    names = names[:: max(1, len(names) // 500)][:500]
    model.recommend(customers=names[:1])
    half, most = _timed(lambda at: model.recommend(customers=[names[at]]), len(names))
    yield Row(f"answer, 95 of 100, {what}", most, "ms", 5.0, f"half of them {half:.2f} ms")
    skus = model.skus

    def click(at: int) -> None:
        model.update(pl.DataFrame({"customer": [names[at]], "sku": [skus[at]], "at": [LAST + timedelta(days=1)]}))
        model.recommend(customers=[names[at]])

    half, most = _timed(click, len(names))
    yield Row(f"new event and the answer after it, 95 of 100, {what}", most, "ms", None, f"half of them {half:.2f} ms")
    event = [pl.DataFrame({"customer": [who], "sku": [skus[-1]], "at": [LAST + timedelta(days=2)]}) for who in names]
    half, most = _timed(lambda at: model.update(event[at]), len(names))
    yield Row(f"new event taken in, 95 of 100, {what}", most, "ms", 5.0, f"half of them {half:.2f} ms")


PARTS: dict[str, Callable[[Path], Iterator[Row]]] = {
    "beauty": beauty,
    "games": games,
    "cold": cold,
    "retail": retail,
    "baskets": baskets,
    "planted": planted,
    "speed": speed,
    "scale": scale,
}


def main() -> None:
    """Run the parts and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the real sets")
    parser.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results" / "recommend.json")
    asked = parser.parse_args()
    rows: list[Row] = []
    for name in asked.only:
        for row in PARTS[name](asked.data):
            print(f"{row.what}: {row.measured:.4f} {row.unit} {row.ok} {row.note}", file=sys.stderr, flush=True)
            rows.append(row)
    report(rows, asked.out)


if __name__ == "__main__":
    main()
