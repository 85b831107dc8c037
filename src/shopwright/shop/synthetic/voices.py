"""What customers say: reviews and tickets, with defects that begin on a day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from shopwright.seeds import generator
from shopwright.shop.schema import names as c
from shopwright.shop.synthetic.baskets import GUEST
from shopwright.shop.synthetic.calendar import Bools, Calendar, Ints
from shopwright.shop.synthetic.catalogue import Goods
from shopwright.shop.synthetic.frames import days, instants, pick
from shopwright.shop.synthetic.people import LANGUAGES, People
from shopwright.shop.synthetic.phrases import DEFECTS, INTENTS, OPENINGS, PERSONAL, REPLIES, REVIEWS, TITLES
from shopwright.shop.synthetic.sales_tables import Sold, pick_instants
from shopwright.shop.synthetic.words import CATEGORIES

__all__ = ["Defect", "plant_defects", "reviews", "tickets"]

REVIEWED, TOLD = 0.11, 0.05  # share of lines reviewed, of orders with a ticket
MOST = 250_000  # reviews, and tickets, of the whole shop
ANGER = 4.0  # a faulty product is reviewed this many times as often
EARLIEST = 6  # days from order to review
SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Defect:
    """A fault of a product from some delivery on.

    Attributes:
        sku: place of the product.
        theme: key of `DEFECTS`.
        first: day number of the first review that may tell of it.
        share: share of its reviews from then on that do.
    """

    sku: int
    theme: str
    first: int
    share: float

    @property
    def sold_from(self) -> int:
        """Day number from which faulty units were sold."""
        return self.first - EARLIEST


def plant_defects(goods: Goods, calendar: Calendar) -> tuple[Defect, ...]:
    """Three well-selling products of different categories turn faulty in the last six weeks."""
    chosen: dict[int, int] = {}
    for sku in goods.popular(calendar.n_days):
        chosen.setdefault(int(goods.category[sku]), int(sku))
    plans = ((44, 0.55), (38, 0.45), (31, 0.6))
    return tuple(
        Defect(sku, CATEGORIES[category].theme, calendar.n_days - ago, share)
        for (category, sku), (ago, share) in zip(chosen.items(), plans, strict=False)
    )


def reviews(
    chunk: int,
    batch: Sold,
    goods: Goods,
    crowd: People,
    calendar: Calendar,
    defects: tuple[Defect, ...],
    total: int,
    seed: int,
) -> dict[str, object]:
    """Columns of the reviews of one chunk's orders; `total` is the number of order lines expected in all."""
    draw = generator(seed, "reviews", chunk)
    b = batch.baskets
    day = b.day[b.order] + EARLIEST + draw.geometric(0.14, len(b.order)) - 1
    first, share = np.full(len(goods), calendar.n_all * 2), np.zeros(len(goods))
    for defect in defects:
        first[defect.sku], share[defect.sku] = defect.first, defect.share
    after = day >= first[b.sku]
    chance = min(REVIEWED, MOST / total) * np.where(after, ANGER, 1.0)
    at = np.flatnonzero((draw.random(len(b.order)) < chance) & (day < calendar.n_days) & (b.customer[b.order] != GUEST))
    is_faulty = after[at] & (draw.random(len(at)) < share[b.sku[at]])
    felt = goods.quality[b.sku[at]] + draw.normal(0.15, 0.95, len(at))
    stars = np.where(is_faulty, draw.choice([1, 2], len(at), p=[0.65, 0.35]), np.round(felt).clip(1, 5)).astype(
        np.int64
    )
    language = crowd.language[b.customer[b.order[at]]]
    of = pl.Series("of", b.order[at])
    mood = np.searchsorted([3, 4], stars, side="right")
    return {
        c.REVIEW: "V" + batch.order.gather(of).str.slice(1) + "-" + pl.Series("line", batch.line[at]).cast(pl.String),
        c.SKU: pick(goods.skus, b.sku[at]),
        c.ORDER: batch.order.gather(of),
        c.CUSTOMER: batch.customer.gather(of),
        c.AT: instants(calendar.instants(day[at], draw.integers(7 * 3600, 23 * 3600, len(at)))),
        c.DAY: days(calendar.first, day[at]),
        c.STARS: stars.astype(np.float64),
        c.TITLE: pick([title for name in LANGUAGES for title in TITLES[name]], language * 3 + mood),
        c.TEXT: _review_texts(language, mood, is_faulty, b.sku[at], goods, draw),
        c.IS_RECOMMENDED: stars >= 4,
        c.IS_VERIFIED: np.full(len(at), True),
    }


def _review_texts(
    language: Ints, mood: Ints, is_faulty: Bools, sku: Ints, goods: Goods, draw: np.random.Generator
) -> pl.Series:
    """An opening and a remark; the remark of a faulty product names the fault."""
    openings = _spoken(OPENINGS, language, mood, draw)
    remarks = _spoken(REVIEWS, language, mood, draw).to_list()
    which = draw.integers(0, 1 << 30, len(sku))
    for at in np.flatnonzero(is_faulty):
        wordings = DEFECTS[CATEGORIES[goods.category[sku[at]]].theme][LANGUAGES[language[at]]]
        remarks[at] = wordings[which[at] % len(wordings)]
    nouns = pick(goods.nouns, sku)
    frame = pl.DataFrame({"opening": openings, "noun": nouns, "remark": pl.Series("remark", remarks, pl.String)})
    gap = pl.when(pl.Series("zh", language == LANGUAGES.index("zh"))).then(pl.lit("")).otherwise(pl.lit(" "))
    opening = pl.col("opening").str.replace("{noun}", pl.col("noun"), literal=True)
    return frame.select(pl.concat_str(opening, gap, "remark").alias("text")).to_series()


def _spoken(
    phrases: dict[str, tuple[tuple[str, ...], ...]], language: Ints, mood: Ints, draw: np.random.Generator
) -> pl.Series:
    """One phrase in the right language and mood for each place."""
    flat: list[str] = []
    start: list[int] = []
    count: list[int] = []
    for name in LANGUAGES:
        for words in phrases[name]:
            start.append(len(flat))
            count.append(len(words))
            flat += words
    kind = language * 3 + mood
    which = draw.integers(0, 1 << 30, len(language))
    return pick(flat, np.array(start)[kind] + which % np.array(count)[kind])


def tickets(
    chunk: int,
    batch: Sold,
    goods: Goods,
    crowd: People,
    calendar: Calendar,
    defects: tuple[Defect, ...],
    total: int,
    seed: int,
) -> pl.DataFrame | None:
    """Tickets about one chunk's orders, or None without any; `total` is the number of orders expected in all."""
    draw = generator(seed, "tickets", chunk)
    b = batch.baskets
    n = len(b.day)
    names = list(INTENTS)
    intent = np.searchsorted(np.cumsum([INTENTS[name][0] for name in names]), draw.random(n)).clip(0, len(names) - 2)
    is_told = draw.random(n) < min(TOLD, MOST / total)
    about = b.sku[batch.first_line]
    angry = draw.random(n) < 0.15
    for defect in defects:
        faulty = np.unique(b.order[(b.sku == defect.sku) & (b.day[b.order] >= defect.sold_from)])
        faulty = faulty[angry[faulty]]
        is_told[faulty], intent[faulty], about[faulty] = True, names.index("defect_complaint"), defect.sku
    wait = np.where(intent == names.index("cancel_order"), 0.1, draw.uniform(1.0, 9.0, n))
    at = b.at + (wait * 86_400).astype(np.int64) * SECOND
    now = calendar.midnight[calendar.n_days] - 1
    chosen = np.flatnonzero(is_told & (b.customer != GUEST) & (at <= now))
    if not len(chosen):
        return None
    closed = at[chosen] + draw.integers(1_200, 200_000, len(chosen)) * SECOND
    return _ticket_frame(batch, goods, crowd, (chosen, intent[chosen], about[chosen], at[chosen], closed), now, draw)


def _ticket_frame(
    batch: Sold,
    goods: Goods,
    crowd: People,
    what: tuple[Ints, Ints, Ints, Ints, Ints],
    now: int,
    draw: np.random.Generator,
) -> pl.DataFrame:
    chosen, intent, about, at, closed = what
    b, names = batch.baskets, list(INTENTS)
    language = crowd.language[b.customer[chosen]]
    order = batch.order.gather(pl.Series("of", chosen))
    which, number = draw.integers(0, 1 << 30, len(chosen)), draw.integers(0, 1000, len(chosen))
    texts = []
    for place, code in enumerate(order):
        speech = LANGUAGES[language[place]]
        name = names[intent[place]]
        wordings = INTENTS[name][2][speech]
        text = wordings[which[place] % len(wordings)].format(order=code)
        if name == "defect_complaint":
            faults = DEFECTS[CATEGORIES[goods.category[about[place]]].theme][speech]
            text += faults[which[place] // 8 % len(faults)]
        texts.append(text + PERSONAL[which[place] // 64 % len(PERSONAL)].format(number=f"{number[place]:03d}"))
    is_closed = closed <= now
    is_about_sku = np.isin(intent, [names.index(name) for name in ABOUT_PRODUCTS])
    return pl.DataFrame(
        {
            c.TICKET: "T" + order.str.slice(1),
            c.CUSTOMER: batch.customer.gather(pl.Series("of", chosen)),
            c.ORDER: order,
            c.SKU: pick(goods.skus, np.where(is_about_sku, about, -1)),
            c.AT: instants(at),
            c.CHANNEL: pick(("mail", "chat", "phone"), np.searchsorted([55, 90], which % 100, side="right")),
            c.SUBJECT: pick([INTENTS[name][1] for name in names], intent),
            c.TEXT: texts,
            c.INTENT: pick(names, intent),
            c.STATUS: pick(("open", "closed"), is_closed.astype(np.int64)),
            c.REPLY: pick([REPLIES[name] for name in names], np.where(is_closed, intent, -1)),
            c.CLOSED_AT: pick_instants(closed, is_closed),
        }
    )


ABOUT_PRODUCTS = ("return_request", "damaged_on_arrival", "product_question", "defect_complaint")
