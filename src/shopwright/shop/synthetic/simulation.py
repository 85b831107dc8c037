"""One synthetic world: drawn once, then written table by table in chunks that fit into memory."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from shopwright.i18n import t
from shopwright.progress import step
from shopwright.settings import Settings
from shopwright.shop.schema import names as c
from shopwright.shop.synthetic import goods_tables, people_tables, sales_tables, visits, voices
from shopwright.shop.synthetic.baskets import CHUNK, LINES_PER_ORDER, assign, fill
from shopwright.shop.synthetic.calendar import BLOCK, Calendar
from shopwright.shop.synthetic.catalogue import Goods, catalogue
from shopwright.shop.synthetic.demand import Demand, Eaters, draw_demand, eaters
from shopwright.shop.synthetic.frames import finish
from shopwright.shop.synthetic.mail import Mailing, mailings
from shopwright.shop.synthetic.params import Params, settings_of
from shopwright.shop.synthetic.people import TASTES, People, Tastes, people, tastes
from shopwright.shop.synthetic.prices import Prices, set_prices
from shopwright.shop.synthetic.sales_tables import Sold
from shopwright.shop.synthetic.stockroom import Stockroom, run

__all__ = ["Simulation", "simulate"]

Piece = tuple[str, pl.DataFrame]


@dataclass(frozen=True, slots=True)
class Simulation:
    """A whole world as arrays; `pieces` turns it into tables."""

    params: Params
    settings: Settings
    calendar: Calendar
    goods: Goods
    prices: Prices
    pairs: Eaters
    demand: Demand
    defects: tuple[voices.Defect, ...]
    room: Stockroom
    likes: Tastes
    crowd: People

    def mails(self) -> dict[int, Mailing]:
        """The campaigns, as they were planned."""
        return mailings(self.crowd, self.calendar, self.params.orders, self.params.seed)

    def pieces(self) -> Iterator[Piece]:
        """All tables, in pieces that come in the order of time or of products."""
        goods, calendar, zone = self.goods, self.calendar, self.settings.shop.timezone
        yield "products", goods_tables.products(goods, self.prices, calendar, zone)
        yield "supply", goods_tables.supply(goods, zone)
        yield "promotions", goods_tables.promotions(goods, self.prices, calendar, zone)
        yield "prices", goods_tables.prices_table(goods, self.prices, calendar, zone)
        for part in goods_tables.stock(goods, self.room, calendar):
            yield "stock", part
        yield "arrivals", goods_tables.arrivals(goods, self.room, calendar)
        names, mails = people_tables.names(self.crowd), self.mails()
        yield from self._sales(names, mails)
        yield "customers", people_tables.customers(self.crowd, calendar, self.params.seed, zone)
        yield "campaigns", people_tables.campaigns(mails, calendar, zone)
        yield "exposures", people_tables.exposures(mails, names, calendar, self.params.seed, zone)

    def _sales(self, names: pl.Series, mails: dict[int, Mailing]) -> Iterator[Piece]:
        seed, first_order = self.params.seed, 0
        by_taste = [np.flatnonzero(self.crowd.taste == kind) for kind in range(len(TASTES))]
        chunks = -(-self.calendar.n_days // CHUNK)
        with step(t("Making orders"), total=chunks) as bar:
            for chunk in range(chunks):
                baskets, taste = fill(chunk, first_order, self.goods, self.room, self.calendar, self.likes, seed)
                first_order += len(baskets.day)
                if len(baskets.day):
                    assign(baskets, taste, self.crowd, by_taste, mails, seed)
                    batch = sales_tables.sold(chunk, baskets, self.prices, names, seed)
                    _spend(batch, mails)
                    yield from self._tables(chunk, batch)
                bar.advance()

    def _tables(self, chunk: int, batch: Sold) -> Iterator[Piece]:
        seed, zone, orders = self.params.seed, self.settings.shop.timezone, self.params.orders
        goods, calendar = self.goods, self.calendar
        lines = round(orders * LINES_PER_ORDER)
        yield "orders", sales_tables.orders(chunk, batch, calendar, seed, zone)
        yield "order_lines", sales_tables.order_lines(batch, pl.Series("sku", goods.skus), calendar, zone)
        yield "returns", sales_tables.returns(chunk, batch, self.room, goods, calendar, seed, zone)
        told = voices.reviews(chunk, batch, goods, self.crowd, calendar, self.defects, lines, seed)
        yield "reviews", finish("reviews", told, zone)
        visited = visits.events(chunk, batch, goods, calendar, orders, seed, zone)
        if visited is not None:
            yield "events", visited
        asked = voices.tickets(chunk, batch, goods, self.crowd, calendar, self.defects, orders, seed)
        if asked is not None:
            local = asked[c.AT].dt.convert_time_zone(zone).dt.date()
            columns: dict[str, Any] = {**asked.to_dict(), c.DAY: local}
            yield "tickets", finish("tickets", columns, zone)


def simulate(params: Params) -> Simulation:
    """Draw a world."""
    settings, seed = settings_of(params), params.seed
    with step(t("Living through {n} days of a shop", n=params.days)):
        calendar = Calendar.of(params.last_day, params.days, settings.shop.timezone)
        goods = catalogue(params)
        prices = set_prices(goods, calendar, seed)
        pairs = eaters(goods, seed)
        demand = draw_demand(goods, calendar, prices, pairs, params.orders * _units_per_order(params), seed)
        defects = voices.plant_defects(goods, calendar)
        room = run(goods, calendar, demand, {defect.sku: defect.sold_from for defect in defects}, seed)
        likes = tastes(goods, demand, seed)
        crowd = people(likes, calendar, params.orders, seed)
    return Simulation(params, settings, calendar, goods, prices, pairs, demand, defects, room, likes, crowd)


def _units_per_order(params: Params) -> float:
    """Denser shops sell more than one unit of a product a day, of which some go into one line; found by trying."""
    units_a_day = 2.7 * params.orders / params.n_skus / params.days
    return float(np.interp(math.log10(units_a_day), [-0.73, -0.13, 0.74], [2.62, 2.82, 2.88]))


def _spend(batch: Sold, mails: dict[int, Mailing]) -> None:
    """Note in the campaigns what the customers in them spent that week."""
    block = batch.baskets.day // BLOCK
    for number in np.unique(block):
        mail = mails.get(int(number))
        if mail is None:
            continue
        here = np.flatnonzero((block == number) & np.isin(batch.baskets.customer, mail.who[mail.buys]))
        place = np.searchsorted(mail.who, batch.baskets.customer[here])
        np.add.at(mail.spent, place, batch.total[here])
