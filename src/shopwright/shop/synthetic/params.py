"""What a synthetic world is made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shopwright.errors import UsageError
from shopwright.i18n import t
from shopwright.settings import Settings, ShopSection

__all__ = ["LAST_DAY", "Params", "settings_of"]

LAST_DAY = date(2026, 6, 30)


@dataclass(frozen=True, slots=True)
class Params:
    """The few numbers that decide a whole synthetic shop.

    Attributes:
        orders: number of orders to aim at; the demand process decides the exact one.
        seed: same seed, same digits.
        days: days of history.
        skus: number of products; None lets it grow with the orders.
        last_day: last day with data.
    """

    orders: int = 10_000
    seed: int = 0
    days: int = 730
    skus: int | None = None
    last_day: date = LAST_DAY

    def __post_init__(self) -> None:
        _least("orders", self.orders, 100)
        _least("days", self.days, 90)
        if self.skus is not None:
            _least("skus", self.skus, 16)

    @property
    def n_skus(self) -> int:
        """Products: 200 for 10,000 orders, 20,000 for 4 million (10 million order lines)."""
        return self.skus or max(24, round(200 * (self.orders / 10_000) ** 0.7686))


def settings_of(params: Params) -> Settings:
    """Settings of the synthetic shop: euros, Berlin, German holidays."""
    name = f"Demo shop {params.seed}" if params.seed else "Demo shop"
    return Settings(shop=ShopSection(name=name, currency="EUR", timezone="Europe/Berlin", country="DE"))


def _least(name: str, value: int, limit: int) -> None:
    if value < limit:
        raise UsageError(
            t("a synthetic shop cannot be made with {name} = {value}", name=name, value=value),
            why=t("{name} must be at least {limit}; below that there is nothing to learn from", name=name, limit=limit),
            fix=t("use a larger number, for example {limit}", limit=limit),
            code="DEMO-01",
        )
