"""What reviews say, handed to the forecast: how pleased buyers were at the end of each period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.forecast.panel import Floats
    from shopwright.shop.history import History
    from shopwright.shop.shop import Shop

__all__ = ["listen"]


def listen(shop: Shop, known: History) -> Mapping[str, Floats]:
    """What a shop's stars told of each product against all by the end of each period, by name, each of shape (n, T).

    Nothing where there are hardly any. Handed to `forecast_shop` and its like, which ask it anew for each earlier
    origin with the shop as it was known then; in each column, no period sees a later review.
    """
    from shopwright.forecast.kinds import COMPLAINING, PLEASED
    from shopwright.forecast.recipes import MOST_CELLS
    from shopwright.reviews.attributed import attributed
    from shopwright.reviews.moods import moods

    if not shop.has("reviews") or known.units.size > MOST_CELLS:  # beyond, the trees try nothing
        return {}
    rated = attributed(shop).select(c.SKU, c.DAY, c.STARS).collect(engine="streaming")
    ends = [day - timedelta(days=1) for day in (*known.days[1:], *known.next_days(1))]
    found = moods(rated, known.skus, ends)
    if found is None:
        return {}
    # Against the shop's own: a level that all products share tells the trees what time it is, not how a product fares.
    return {
        PLEASED: found.sentiment - found.shop_sentiment,
        COMPLAINING: found.complaints - found.shop_complaints,
    }
