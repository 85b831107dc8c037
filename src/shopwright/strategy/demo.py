"""A shop to play with: synthetic, with known truth behind it."""

from __future__ import annotations

from shopwright.shop.shop import Shop

__all__ = ["demo"]


def demo(*, seed: int = 0, orders: int = 10_000) -> Shop:
    """A synthetic shop in memory; the same seed gives the same digits.

    Args:
        seed: of everything in it.
        orders: number of orders over two years.
    """
    from shopwright.shop.synthetic import make

    world = make(orders=orders, seed=seed)
    return Shop.of(world.tables, world.settings)
