"""Everything the studies found out about a shop on one day, before anything is chosen."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from shopwright.errors import ShopError
from shopwright.i18n import Text, t
from shopwright.progress import step
from shopwright.shop.proposal import Proposal, Study
from shopwright.shop.schema import TABLES
from shopwright.shop.shop import Shop
from shopwright.strategy.plan import Missing

if TYPE_CHECKING:
    from shopwright.customers import Cohorts, Funnel, Movement, Outlook, Returning, Returns, Segments
    from shopwright.forecast import Forecast
    from shopwright.inventory import Restock
    from shopwright.recommend import Pairs
    from shopwright.reviews import Analysis, Stars
    from shopwright.strategy.stocktaking import Stocktaking

__all__ = ["Workup", "name_of", "work_up"]


@dataclass(eq=False)
class Workup:
    """What each domain found; a domain without its tables, or that failed, is None or empty and says so in `notes`.

    Attributes:
        shop: the shop studied.
        forecast: demand, its history and its accuracy.
        restock: an order line for each product with known stock.
        stock: what is wrong with that stock, and markdowns for what is dead.
        pairs: products bought together.
        segments: customers by what they did.
        outlook: what customers will be worth, who is leaving, what is due.
        movement: how customers moved between segments.
        cohorts: who came back, by month of the first purchase.
        returning: what new and returning customers ordered, by month, channel and country.
        returns: what was sent back by whom, where the shop has returns.
        funnel: where visits end, where the shop has events.
        stars: what reviewers gave each product, over time.
        analysis: what reviews say: themes, faults that begin, what they cost.
        proposals: everything proposed.
        held: proposals that must not be chosen, by id, and why.
        missing: what could not be studied for want of which table.
        notes: what a reader should know.
        seconds: time each part took.
    """

    shop: Shop
    forecast: Forecast | None = None
    restock: Sequence[Restock] = ()
    stock: Stocktaking | None = None
    pairs: Pairs | None = None
    segments: Segments | None = None
    outlook: Outlook | None = None
    movement: Movement | None = None
    cohorts: Cohorts | None = None
    returning: Returning | None = None
    returns: Returns | None = None
    funnel: Funnel | None = None
    stars: Stars | None = None
    analysis: Analysis | None = None
    proposals: list[Proposal] = field(default_factory=list)
    held: dict[str, Text] = field(default_factory=dict)
    missing: tuple[Missing, ...] = ()
    notes: list[Text] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def as_of(self) -> date:
        """The shop's day; today for a shop whose tables have no dates."""
        return self.shop.day if self.shop.is_dated else datetime.now(UTC).date()

    @contextmanager
    def part(self, name: str, label: Text) -> Iterator[None]:
        """Time one part and show it as progress; what it cannot do becomes a note, not the end of the plan."""
        began = time.perf_counter()
        try:
            with step(label):
                yield
        except ShopError as error:
            self.notes.append(t("{part}: {problem}", part=label, problem=str(error)))
        self.seconds[name] = round(time.perf_counter() - began, 3)


def work_up(shop: Shop, studies: Iterable[Study] = ()) -> Workup:
    """Study a shop from every side there are tables for.

    Args:
        shop: the shop, as of the day to plan from.
        studies: further studies, such as a plug-in's; each is a function from a shop to proposals.
    """
    work = Workup(shop, missing=_missing(shop))
    if shop.has("order_lines"):
        with work.part("forecast", t("Forecasting demand")):
            _forecast(work)
        with work.part("recommend", t("Finding what is bought together")):
            _recommend(work)
        with work.part("customers", t("Sorting customers by what they did")):
            _customers(work)
    if shop.has("reviews"):
        with work.part("reviews", t("Reading the reviews")):
            _reviews(work)
    for study in studies:
        name = name_of(study)
        with work.part(name, t("Running {study}", study=name)):
            work.proposals += list(study(shop))
    return work


def name_of(study: Study) -> str:
    """What a study is called in notes and manifests."""
    return str(getattr(study, "__name__", type(study).__name__))


def _forecast(work: Workup) -> None:
    from shopwright.forecast import forecast_shop, prepare, reaching
    from shopwright.inventory import interval_of, restock, study, unpriced
    from shopwright.strategy.foreseeing import listen
    from shopwright.strategy.stocktaking import taken

    shop = work.shop
    work.forecast = forecast_shop(shop, listen=listen)
    demand = work.forecast.demand
    if not shop.has("stock"):
        work.notes.append(t("what is on hand is not known: goods to have ready are counted with nothing to lay out"))
        work.proposals += prepare(shop, work.forecast)
        return
    demand = reaching(shop, work.forecast, interval_of(shop, demand.period))
    work.restock = restock(shop, demand, known=work.forecast.known)
    if not work.restock:
        work.notes.append(t("the stock table names no units on hand, so nothing could be reordered"))
        work.proposals += prepare(shop, work.forecast)
    n_unpriced = sum(not found.is_priced for found in work.restock)
    if n_unpriced:
        work.notes.append(unpriced(n_unpriced, shop.currency))
    work.proposals += study(shop, demand, list(work.restock))
    if work.restock:
        work.stock = taken(shop, work.forecast.known, demand)
        work.proposals += work.stock.markdowns


def _recommend(work: Workup) -> None:
    from shopwright.recommend import pairs, study

    work.pairs = pairs(work.shop)
    work.proposals += study(work.shop, work.pairs)


def _customers(work: Workup) -> None:
    from shopwright.customers import cohorts, funnel, look_ahead, movement, returning, returns, segments, study

    shop = work.shop
    work.segments = segments(shop)
    if work.segments.customers.height:
        work.movement, work.cohorts = movement(shop, found=work.segments), cohorts(shop)
        work.outlook, work.returning = look_ahead(shop, found=work.segments), returning(shop)
        work.returns = returns(shop) if shop.has("returns") else None
    if shop.has("events"):
        work.funnel = funnel(shop)
    work.proposals += study(shop, work.segments, work.outlook)


def _reviews(work: Workup) -> None:
    from shopwright.reviews import analyse, stars, study
    from shopwright.strategy.heeding import held_back, to_columns, with_columns

    work.stars = stars(work.shop)
    work.analysis = analyse(work.shop)
    work.notes += work.analysis.notes
    work.proposals += study(work.shop, work.stars, work.analysis)
    if work.pairs is not None and work.analysis.signals is not None:
        columns = to_columns(work.analysis.signals)
        work.pairs = with_columns(work.pairs, columns)
        work.held |= held_back(work.proposals, columns)


def _missing(shop: Shop) -> tuple[Missing, ...]:
    return tuple(Missing(table.label, table.serves) for name, table in TABLES.items() if not shop.has(name))
