"""Products that are about to begin, told by the sales model: how it would go on from the first sales of others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from shopwright.forecast.beginnings import Beginnings
from shopwright.forecast.cast import LEVELS, Cast
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.t5.histories import histories
from shopwright.forecast.t5.inputs import Histories
from shopwright.forecast.t5.zero_shot import ZeroShot
from shopwright.forecast.tails import NEAREST, mean_of
from shopwright.shop.demand import Period

__all__ = ["continued"]

PEERS = 32  # products whose beginnings are read for one launch
READ: dict[Period, int] = {"D": 7, "W": 2, "M": 1}  # periods of each: later ones are further from a launch
HIGHEST = 4.0  # times the most that a beginning sold in a period: beyond it the network has run away


def continued(model: ZeroShot, panel: Panel, begun: Beginnings, rows: NDArray[np.int64]) -> Cast:
    """The H periods of the SKUs in `rows`, of which nothing is known; each has to have others that are `alike`.

    The first sales of each of those are put before the origin in its place, and the network tells how they go on; what
    it tells of all of them is one mixture with even shares. SKUs of the same groups are told the same.

    Raises:
        ModelError: the network failed.
    """
    alike = [begun.alike(row) for row in rows.tolist()]
    distinct = {id(each): each for each in alike}  # the same array for the same groups
    peers = [_spread_out(begun, each) for each in distinct.values()]
    once, place_of = np.unique(np.concatenate(peers), return_inverse=True)  # launches share many of them
    told = model.quantiles(_histories(panel, begun, once))
    parts = [told[each] for each in np.split(place_of, np.cumsum([len(each) for each in peers])[:-1])]
    most = np.array([HIGHEST * max(1.0, float(np.nanmax(begun.periods[each]))) for each in peers])
    mean = np.stack([mean_of(part).mean(axis=0) for part in parts])
    quantiles = np.stack([_mixture(part) for part in parts])
    place = {key: at for at, key in enumerate(distinct)}
    of = np.array([place[id(each)] for each in alike])
    return Cast(np.minimum(mean, most[:, None])[of], np.minimum(quantiles, 2 * most[:, None, None])[of])


def _spread_out(begun: Beginnings, alike: NDArray[np.int64]) -> NDArray[np.int64]:
    """At most `PEERS` of them, from those that sold least to those that sold most."""
    mean = np.nanmean(begun.periods[alike], axis=1)
    order = alike[np.argsort(mean, kind="stable")]
    if len(order) <= PEERS:
        return order
    return order[((np.arange(PEERS) + 0.5) * len(order) / PEERS).astype(np.int64)]


def _histories(panel: Panel, begun: Beginnings, peers: NDArray[np.int64]) -> Histories:
    """Beginnings as the latest periods of products that have no others, with the season of the whole panel."""
    whole = histories(Panel(panel.known, panel.horizon))
    n_read = min(READ[panel.period], panel.horizon, whole.units.shape[1])
    span = n_read + panel.horizon
    return replace(
        whole,
        units=_at_end(begun.periods[peers], n_read),
        days=whole.days[-span:],
        season=whole.factors[-span:],
        n_shop=int(np.isfinite(panel.units).any(axis=1).sum()),  # those yet to come are not known to exist
    )


def _at_end(first: Floats, n: int) -> Floats:
    """The first n known periods of each product, shape (k, H), at the end of n places, shape (k, n), else NaN."""
    known = np.isfinite(first)
    number = np.cumsum(known, axis=1)
    is_read = known & (number <= n)
    count = np.minimum(number[:, -1:], n)
    found = np.full((len(first), n), np.nan)
    row, at = np.nonzero(is_read)
    found[row, (n - count[:, 0])[row] + number[row, at] - 1] = first[row, at]
    return found


def _mixture(quantiles: Floats) -> Floats:
    """Quantiles of an even mixture of k variables with quantiles of shape (k, H, levels), shape (H, levels)."""
    k, horizon, _ = quantiles.shape
    units = quantiles.transpose(1, 0, 2).reshape(horizon, -1)
    order = np.argsort(units, axis=1, kind="stable")
    share = np.tile(NEAREST, k)[order] / k
    level = np.cumsum(share, axis=1) - share / 2
    sorted_units = np.take_along_axis(units, order, axis=1)
    return np.stack([np.interp(LEVELS, level[at], sorted_units[at]) for at in range(horizon)])
