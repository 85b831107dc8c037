"""From a simulation to the truth about it."""

from __future__ import annotations

import numpy as np
import polars as pl

from shopwright.shop.schema import names as c
from shopwright.shop.synthetic import people_tables, visits
from shopwright.shop.synthetic.catalogue import NEVER
from shopwright.shop.synthetic.frames import days, pick
from shopwright.shop.synthetic.people import SEGMENTS, TASTES
from shopwright.shop.synthetic.phrases import DEFECTS, INTENTS
from shopwright.shop.synthetic.simulation import Simulation
from shopwright.shop.synthetic.stockroom import RESTOCKED
from shopwright.shop.synthetic.truth import (
    Affinity,
    Cannibalisation,
    Curve,
    Funnel,
    Planted,
    Supplied,
    Taste,
    Truth,
    Uplift,
)
from shopwright.shop.synthetic.words import CATEGORIES, SUPPLIERS, UNMET

__all__ = ["tell"]

GROUPS = tuple(f"{kind.path} · {style}" for kind in CATEGORIES for style in ("natural", "bold"))


def tell(world: Simulation) -> Truth:
    """The truth about a simulated world."""
    goods, calendar, pairs = world.goods, world.calendar, world.pairs
    name = goods.skus
    out, lost = _shortage(world)
    return Truth(
        seed=world.params.seed,
        first_day=calendar.first,
        last_day=calendar.last,
        curves={sku: _curve(world, at) for at, sku in enumerate(name)},
        supplied={sku: _supplied(world, at) for at, sku in enumerate(name)},
        cannibals=tuple(
            Cannibalisation(name[one], name[other], float(strength), "launch" if is_launch else "promotion")
            for one, other, strength, is_launch in zip(
                pairs.eater, pairs.eaten, pairs.strength, pairs.is_launch, strict=True
            )
        ),
        tastes=tuple(
            Taste(taste, float(world.likes.share[at]), dict(zip(GROUPS, world.likes.weight[at].tolist(), strict=True)))
            for at, taste in enumerate(TASTES)
        ),
        affinities=tuple(
            Affinity(name[one], name[other], float(strength))
            for (one, other), strength in zip(world.likes.pairs, world.likes.strength, strict=True)
        ),
        defects=_defects(world),
        uplifts=tuple(
            Uplift(mail.name, segment, float(mail.control[at]), float(mail.treated[at]))
            for mail in world.mails().values()
            for at, segment in enumerate(SEGMENTS)
        ),
        funnel=Funnel(visits.CART_AFTER_VIEW, visits.BUY_AFTER_CART, visits.SEARCHES, visits.NOTHING_FOUND, UNMET),
        intents={intent: share for intent, (share, _, _) in INTENTS.items()},
        restocked_reasons=RESTOCKED,
        stock_out_share=out,
        lost_share=lost,
        running_low=tuple(name[at] for at in world.room.neglected),
        fading=tuple(name[at] for at in np.flatnonzero(goods.growth < -0.5)),
        expected=world.demand.expected,
        demand=world.demand.units,
        customers=_customers(world),
    )


def _shortage(world: Simulation) -> tuple[float, float]:
    """Share of product days that ended without stock, share of units wanted that were not sold."""
    n_days = world.calendar.n_days
    number = np.arange(n_days)
    on_sale = (number >= world.goods.launch[:, None]) & (number <= world.goods.phase_out[:, None])
    out = (world.room.on_hand == 0) & on_sale
    lost = 1 - world.room.sales.sum() / world.demand.units[:, :n_days].sum()
    return float(out.sum() / on_sale.sum()), float(lost)


def _curve(world: Simulation, at: int) -> Curve:
    goods = world.goods
    gone = int(goods.phase_out[at])
    return Curve(
        base=float(goods.base[at] * world.demand.scale),
        growth=float(goods.growth[at]),
        week=tuple(goods.week[at].tolist()),
        amplitude=float(goods.amplitude[at]),
        phase=float(goods.phase[at]),
        public=float(goods.public[at]),
        black=float(goods.black[at]),
        christmas=float(goods.christmas[at]),
        elasticity=float(goods.elasticity[at]),
        lift=float(goods.lift[at]),
        spread=float(goods.spread[at]),
        reference_price=float(goods.price[at]) / 100,
        quality=float(goods.quality[at]),
        return_share=float(goods.returned[at]),
        group=GROUPS[goods.group[at]],
        launch_day=world.calendar.day(goods.launch[at]),
        phase_out_day=None if gone == NEVER else world.calendar.day(gone),
    )


def _supplied(world: Simulation, at: int) -> Supplied:
    goods = world.goods
    terms = (goods.lead, goods.lead_sd, goods.review, goods.pack, goods.minimum)
    lead, spread, review, pack, minimum = (float(part[at]) for part in terms)
    return Supplied(SUPPLIERS[goods.supplier[at]], lead, spread, review, pack, minimum, float(goods.care[at]))


def _defects(world: Simulation) -> tuple[Planted, ...]:
    return tuple(
        Planted(
            world.goods.skus[defect.sku],
            defect.theme,
            world.calendar.day(defect.first),
            world.calendar.day(defect.sold_from),
            defect.share,
            tuple(words for wordings in DEFECTS[defect.theme].values() for words in wordings),
        )
        for defect in world.defects
    )


def _customers(world: Simulation) -> pl.DataFrame:
    crowd = world.crowd
    return pl.DataFrame(
        {
            c.CUSTOMER: people_tables.names(crowd),
            "taste": pick(TASTES, crowd.taste),
            "segment": pick(SEGMENTS, crowd.segment),
            "is_at_risk": crowd.is_at_risk,
            "left_day": days(world.calendar.first, crowd.left),
        }
    )
