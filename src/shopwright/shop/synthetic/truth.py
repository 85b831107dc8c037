"""What was planted in a synthetic shop, for tests to compare with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from shopwright.shop.schema import names as c
from shopwright.shop.store import write_text

__all__ = ["FILE", "Affinity", "Cannibalisation", "Curve", "Funnel", "Planted", "Supplied", "Taste", "Truth", "Uplift"]

FILE = "truth.json"
FOLDER = "truth"
EXPECTED, DEMAND = "expected", "demand"


@dataclass(frozen=True, slots=True)
class Curve:
    """Expected units a day of one product, a product of what follows.

    base × exp(growth × years since the middle of the history) × week × exp(amplitude × cos(angle − phase))
    × public on holidays × black^(0…1) around Black Friday × christmas^(−1…1) in December
    × (price ÷ reference price)^elasticity × lift while on promotion
    × (1 − exp(−(days since launch + 3) ÷ 14)), and what cannibals leave of it; nothing after the phase-out.

    Attributes:
        base: units a day of a typical day at the reference price.
        growth: trend in log units a year.
        week: multipliers from Monday to Sunday, mean 1.
        amplitude: of the yearly wave, in log units.
        phase: angle of its peak, in radians from 1 January.
        public: multiplier on public holidays.
        black: multiplier from Black Friday to Cyber Monday (its power 0.4 in the four days before).
        christmas: multiplier in mid December.
        elasticity: price elasticity.
        lift: multiplier of a promotion beyond what its lower price does.
        spread: variance of the gamma noise on a day's mean; units are Poisson around that.
        reference_price: price to which `base` belongs.
        quality: mean stars without a defect.
        return_share: share of units that come back.
        group: product group that tastes are about.
        launch_day: first day on sale.
        phase_out_day: last day on sale, or None.
    """

    base: float
    growth: float
    week: tuple[float, ...]
    amplitude: float
    phase: float
    public: float
    black: float
    christmas: float
    elasticity: float
    lift: float
    spread: float
    reference_price: float
    quality: float
    return_share: float
    group: str
    launch_day: date
    phase_out_day: date | None


@dataclass(frozen=True, slots=True)
class Supplied:
    """Supply terms of one product; `care` below 1: kept short, far above 1: overstocked."""

    supplier: str
    lead_days: float
    lead_days_sd: float
    review_days: float
    pack_size: float
    min_units: float
    care: float


@dataclass(frozen=True, slots=True)
class Cannibalisation:
    """`eater` takes the share `strength` of the demand for `eaten`, `after` its "launch" or during a "promotion"."""

    eater: str
    eaten: str
    strength: float
    after: str


@dataclass(frozen=True, slots=True)
class Taste:
    """A kind of customer: its share of order lines, and how much it prefers each product group."""

    name: str
    share: float
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Affinity:
    """Two products bought together: chance that both lines of a day meet in one order, beyond accident."""

    sku: str
    other: str
    strength: float


@dataclass(frozen=True, slots=True)
class Planted:
    """A defect: from `first_day` on the share `share` of the reviews tells of it, in one of these wordings."""

    sku: str
    theme: str
    first_day: date
    sold_from: date
    share: float
    wordings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Uplift:
    """Chance to buy in the week of a campaign, left alone and written to, in one segment of customers."""

    campaign: str
    segment: str
    control: float
    treated: float


@dataclass(frozen=True, slots=True)
class Funnel:
    """Shares of visits that go on to the next step, and searches for what the shop does not sell."""

    cart_after_view: float
    buy_after_cart: float
    search_share: float
    nothing_found: float
    unmet: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Truth:
    """Everything that was planted.

    Attributes:
        seed: of the world.
        first_day: first day with data.
        last_day: last day with data.
        curves: demand by SKU.
        supplied: supply terms by SKU.
        cannibals: who eats whose demand.
        tastes: kinds of customers.
        affinities: products bought together.
        defects: faults told of in reviews, returns and tickets.
        uplifts: what campaigns do.
        funnel: drop-out of visits.
        intents: share of each intent among ordinary tickets.
        restocked_reasons: returns for these reasons went back on the shelf, on the day of the return.
        stock_out_share: share of days on sale that ended without stock.
        lost_share: share of units wanted that were not there.
        running_low: SKUs that nobody reordered in the last weeks.
        fading: SKUs that customers turn away from (overstock).
        expected: expected units, shape (SKUs, days and those ahead), rows in the order of `curves`.
        demand: units that customers wanted, same shape.
        customers: one row for each customer: taste, segment, is_at_risk, left_day.
    """

    seed: int
    first_day: date
    last_day: date
    curves: Mapping[str, Curve]
    supplied: Mapping[str, Supplied]
    cannibals: tuple[Cannibalisation, ...]
    tastes: tuple[Taste, ...]
    affinities: tuple[Affinity, ...]
    defects: tuple[Planted, ...]
    uplifts: tuple[Uplift, ...]
    funnel: Funnel
    intents: Mapping[str, float]
    restocked_reasons: tuple[str, ...]
    stock_out_share: float
    lost_share: float
    running_low: tuple[str, ...]
    fading: tuple[str, ...]
    expected: npt.NDArray[np.float64] = field(repr=False)
    demand: npt.NDArray[np.int32] = field(repr=False)
    customers: pl.DataFrame = field(repr=False)

    @property
    def skus(self) -> tuple[str, ...]:
        """All SKUs, in the order of the rows of `expected` and `demand`."""
        return tuple(self.curves)

    def place(self, sku: str) -> int:
        """Row of a SKU.

        Raises:
            ValueError: the world has no such SKU.
        """
        return self.skus.index(sku)

    def expected_units(self, sku: str, day: date) -> float:
        """Expected units of a SKU on a day between `first_day` and 84 days after `last_day`."""
        return float(self.expected[self.place(sku), (day - self.first_day).days])

    def frame(self) -> pl.DataFrame:
        """Expected and wanted units by SKU and day: columns sku, day, expected, demand; the days ahead included."""
        n, days = self.expected.shape
        dates = pl.date_range(self.first_day, pl.lit(self.first_day).dt.offset_by(f"{days - 1}d"), "1d", eager=True)
        return pl.DataFrame(
            {
                c.SKU: pl.Series(self.skus).gather(np.repeat(np.arange(n), days)),
                c.DAY: dates.gather(np.tile(np.arange(days), n)),
                EXPECTED: self.expected.ravel(),
                DEMAND: self.demand.ravel(),
            }
        )

    def write(self, root: Path) -> None:
        """Write `truth.json`, and beside it the folder `truth` with what is long."""
        folder = root / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        kinds = {EXPECTED: pl.Float64, DEMAND: pl.Int32}
        long = {name: pl.Series(name, list(getattr(self, name)), pl.List(kind)) for name, kind in kinds.items()}
        pl.DataFrame({c.SKU: self.skus, **long}).write_parquet(folder / "daily.parquet")
        self.customers.write_parquet(folder / "customers.parquet")
        short = {part.name: getattr(self, part.name) for part in fields(self) if part.name not in (*kinds, "customers")}
        write_text(root / FILE, json.dumps(_plain(short), ensure_ascii=False, indent=1))

    @classmethod
    def read(cls, root: Path) -> Truth:
        """The truth that was written to a shop's folder."""
        told: dict[str, Any] = json.loads((root / FILE).read_text("utf-8"))
        daily = pl.read_parquet(root / FOLDER / "daily.parquet")
        lists = {"cannibals": Cannibalisation, "tastes": Taste, "affinities": Affinity, "uplifts": Uplift}
        return cls(
            **{
                **told,
                "first_day": date.fromisoformat(told["first_day"]),
                "last_day": date.fromisoformat(told["last_day"]),
                "curves": {sku: _curve(row) for sku, row in told["curves"].items()},
                "supplied": {sku: Supplied(**row) for sku, row in told["supplied"].items()},
                **{name: tuple(kind(**row) for row in told[name]) for name, kind in lists.items()},
                "defects": tuple(_planted(row) for row in told["defects"]),
                "funnel": Funnel(**{**told["funnel"], "unmet": tuple(told["funnel"]["unmet"])}),
                **{name: tuple(told[name]) for name in ("restocked_reasons", "running_low", "fading")},
            },
            expected=np.stack(daily[EXPECTED].to_list()).astype(np.float64),
            demand=np.stack(daily[DEMAND].to_list()).astype(np.int32),
            customers=pl.read_parquet(root / FOLDER / "customers.parquet"),
        )


def _curve(row: dict[str, Any]) -> Curve:
    gone = row["phase_out_day"]
    changed = {
        "week": tuple(row["week"]),
        "launch_day": date.fromisoformat(row["launch_day"]),
        "phase_out_day": None if gone is None else date.fromisoformat(gone),
    }
    return Curve(**{**row, **changed})


def _planted(row: dict[str, Any]) -> Planted:
    days = {name: date.fromisoformat(row[name]) for name in ("first_day", "sold_from")}
    return Planted(**{**row, **days, "wordings": tuple(row["wordings"])})


def _plain(value: Any) -> Any:
    """A value as JSON knows it."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return _plain(asdict(value)) if hasattr(value, "__dataclass_fields__") else value
