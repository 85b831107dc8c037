"""Visits to the synthetic shop: views, carts, purchases, searches; a known share drops out at each step."""

from __future__ import annotations

import numpy as np
import polars as pl

from shopwright.seeds import generator
from shopwright.shop.schema import names as c
from shopwright.shop.synthetic.calendar import Calendar, Floats, Ints
from shopwright.shop.synthetic.catalogue import Goods
from shopwright.shop.synthetic.frames import finish, instants, pick
from shopwright.shop.synthetic.sales_tables import Sold
from shopwright.shop.synthetic.words import CATEGORIES, UNMET

__all__ = ["BUY_AFTER_CART", "CART_AFTER_VIEW", "DAYS", "NOTHING_FOUND", "events"]

DAYS = 180  # analytics keep half a year
CART_AFTER_VIEW, BUY_AFTER_CART = 0.22, 0.45  # shares of visits that go on
SEARCHES, NOTHING_FOUND = 0.25, 0.14  # share of visits that begin with a search; share of searches without results
MOST = 5_000  # visits that end in an order; ten times as many do not
SECOND = 1_000_000
KINDS = ("search", "view", "cart", "buy")


def events(
    chunk: int, batch: Sold, goods: Goods, calendar: Calendar, total: int, seed: int, timezone: str
) -> pl.DataFrame | None:
    """Visits in one chunk of days, or None before the last half year; `total` is the number of orders in all."""
    b = batch.baskets
    draw = generator(seed, "events", chunk)
    share = min(1.0, MOST / (total * min(DAYS, calendar.n_days) / calendar.n_days))
    bought = np.flatnonzero((b.day >= calendar.n_days - DAYS) & (draw.random(len(b.day)) < share))
    if not len(bought):
        return None
    carts = round(len(bought) * (1 / BUY_AFTER_CART - 1))
    views = round(len(bought) / BUY_AFTER_CART * (1 / CART_AFTER_VIEW - 1))
    # Visits without an order happen a little before others' orders (so on the same day), to what others bought.
    like = np.concatenate([bought, draw.choice(bought, carts + views)])
    step = np.repeat([3, 2, 1], [len(bought), carts, views])
    shift = np.where(step == 3, 0, draw.integers(-7_200, 0, len(like)))
    at = b.at[like] + shift * SECOND
    seen = _seen(batch, like, step, draw)
    visit = np.arange(len(like))
    known = np.where((step == 3) | (draw.random(len(like)) < 0.35), b.customer[like], -1)
    channel = batch.channel[like]
    rows = [_rows(kind, seen, step, at, draw) for kind in (1, 2, 3)]
    rows.append(_searches(visit, seen, at, goods, draw))
    of, kind, sku, when, query = (np.concatenate(part) for part in zip(*rows, strict=True))
    by = np.lexsort((sku, kind, of, when))
    of, kind, sku, when, query = of[by], kind[by], sku[by], when[by], query[by]
    words, n_results = _queries(goods)
    number = pl.Series("number", np.arange(len(of))).cast(pl.String)
    return finish(
        "events",
        {
            c.EVENT: f"E{chunk:03d}-" + number,
            c.SESSION: f"S{chunk:03d}-" + pl.Series("visit", of).cast(pl.String),
            c.CUSTOMER: pick(_names(batch), known[of]),
            c.AT: instants(when),
            c.DAY: instants(when).dt.convert_time_zone(timezone).dt.date(),
            c.KIND: pick(KINDS, kind),
            c.SKU: pick(goods.skus, sku),
            c.QUERY: pick(words, query),
            c.N_RESULTS: pl.Series("n", np.where(query < 0, np.nan, n_results[query])).fill_nan(None),
            c.CHANNEL: pick(("web", "app", "marketplace"), channel[of]),
        },
        timezone,
    )


Seen = tuple[Ints, Ints]
Rows = tuple[Ints, Ints, Ints, Ints, Ints]


def _names(batch: Sold) -> pl.Series:
    """Codes of customers by their number."""
    b = batch.baskets
    top = int(b.customer.max(initial=0)) + 1
    place = np.full(top, -1)
    there = b.customer >= 0
    place[b.customer[there]] = np.flatnonzero(there)
    return pick(batch.customer, place)


def _seen(batch: Sold, like: Ints, step: Ints, draw: np.random.Generator) -> Seen:
    """Products of each visit: all lines of the order for purchases, one to three products of others' orders else."""
    b = batch.baskets
    stop = np.append(batch.first_line[1:], len(b.order))
    count = np.where(step == 3, (stop - batch.first_line)[like], draw.integers(1, 4, len(like)))
    visit = np.repeat(np.arange(len(like)), count)
    place = np.arange(len(visit)) - np.repeat(np.cumsum(count) - count, count)
    bought = batch.first_line[like][visit] + place
    other = draw.integers(0, len(b.sku), len(visit))
    return visit, b.sku[np.where(step[visit] == 3, bought.clip(0, len(b.sku) - 1), other)]


def _rows(kind: int, seen: Seen, step: Ints, at: Ints, draw: np.random.Generator) -> Rows:
    """Events of one kind: every product is viewed; all that is bought was carted, else the first one is."""
    of, sku = seen
    first = np.append(True, of[1:] != of[:-1])
    there = (step[of] >= kind) & ((kind == 1) | (step[of] == 3) | first)
    of, sku = of[there], sku[there]
    before = {
        1: draw.integers(400, 1_500, len(of)),
        2: draw.integers(60, 390, len(of)),
        3: np.zeros(len(of), np.int64),
    }[kind]
    return of, np.full(len(of), kind), sku, at[of] - before * SECOND, np.full(len(of), -1)


def _searches(visit: Ints, seen: Seen, at: Ints, goods: Goods, draw: np.random.Generator) -> Rows:
    """Some visits begin with a search for what is seen then, or for what the shop does not have."""
    of = visit[draw.random(len(visit)) < SEARCHES]
    first = np.searchsorted(seen[0], of)
    words = [noun for kind in CATEGORIES for noun, _ in kind.nouns]
    number = np.array([words.index(noun) for noun in goods.nouns])
    missed = len(words) + np.minimum(draw.geometric(0.4, len(of)) - 1, len(UNMET) - 1)
    query = np.where(draw.random(len(of)) < NOTHING_FOUND, missed, number[seen[1][first]])
    return of, np.zeros(len(of), np.int64), np.full(len(of), -1), at[of] - 1_600 * SECOND, query


def _queries(goods: Goods) -> tuple[list[str], Floats]:
    """Search words and how many products each finds."""
    words = [noun for kind in CATEGORIES for noun, _ in kind.nouns]
    found = [sum(noun == word for noun in goods.nouns) for word in words]
    return [*words, *UNMET], np.array([*found, *([0] * len(UNMET))], np.float64)
