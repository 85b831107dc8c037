"""Made-up products for a young shop's trees to learn from: mixtures of the real ones.

Convex combinations of series (TSMixup; Ansari et al. 2024), made for counts: each customer of a product buys the
made-up one with some chance, so that its sales are whole and stray as sales do; a weighted mean would be too even.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from shopwright.forecast.known import mean_known
from shopwright.forecast.panel import Floats, Panel
from shopwright.seeds import generator
from shopwright.shop.demand import Period

__all__ = ["augmented", "is_short"]

SHORT: dict[Period, int] = {"D": 182, "W": 60, "M": 30}  # periods known of the middle product, below which it is tried
MOST_ROWS = 200_000  # products × periods × steps ahead, made-up ones among them
TIMES = 4  # made-up products for each real one, at most
MIXED = 3  # products in a mixture, at most
EVEN = 1.5  # of the Dirichlet distribution of their shares


def is_short(panel: Panel, end: int) -> bool:
    """Whether the middle product is known for so few periods before `end`, and so few in all, that more may help."""
    is_known = np.isfinite(panel.units)
    known = is_known[:, :end].sum(axis=1)
    known = known[known > 0]
    return bool(len(known) > 1 and np.median(known) < SHORT[panel.period] and _n_more(panel, int(is_known.sum())))


def augmented(panel: Panel, end: int, seed: int) -> Panel:
    """The panel with made-up products below its own, known from the first common period of their parts to `end`.

    Where products have covariates of their own, one is made of a single product, whose covariates are then its own: of
    a mixture that is half on promotion nobody knows what it would sell.
    """
    units = panel.units[:, :end]
    mean = mean_known(units, axis=1)
    usable = np.flatnonzero(np.nan_to_num(mean) > 0)
    draw = generator(seed, "made up", end)
    n = _n_more(panel, int(np.isfinite(panel.units).sum()))
    most = 1 if _have_own(panel) else MIXED
    parts = draw.choice(usable, (n, most))
    parts = np.where(np.arange(most) < draw.integers(1, most + 1, n)[:, None], parts, parts[:, :1])
    shares = draw.dirichlet(np.full(most, EVEN), n)
    level = mean[parts].min(axis=1) * draw.uniform(0.5, 1.0, n)
    chance = shares * level[:, None] / mean[parts]
    made = np.full((n, panel.n_periods), np.nan)
    made[:, :end] = sum(_thinned(units[parts[:, at]], chance[:, at], draw) for at in range(most))
    like = parts[np.arange(n), shares.argmax(axis=1)]
    known = panel.known
    return replace(
        panel,
        known=replace(
            known,
            skus=(*known.skus, *(f"made up {at}" for at in range(n))),
            units=np.concatenate([panel.units, made]),
            sold=np.concatenate([known.sold, np.nan_to_num(made)]),
            revenue=np.concatenate([known.revenue, np.zeros_like(made)]),
        ),
        ahead={name: np.concatenate([each, each[like]]) for name, each in panel.ahead.items()},
        past={name: np.concatenate([each, each[like]]) for name, each in panel.past.items()},
        static={name: np.concatenate([each, each[like]]) for name, each in panel.static.items()},
        offered={},
        told={},
        costs=None,
    )


def _have_own(panel: Panel) -> bool:
    """Whether products differ in a covariate."""
    return any(bool((each != each[:1]).any()) for each in (*panel.ahead.values(), *panel.past.values()))


def _n_more(panel: Panel, n_known: int) -> int:
    """How many products can be made up within `MOST_ROWS`."""
    n = len(panel.skus)
    each = max(n_known * panel.horizon / n, 1.0)
    return max(0, min(TIMES * n, int(MOST_ROWS / each) - n))


def _thinned(units: Floats, chance: Floats, draw: np.random.Generator) -> Floats:
    """Each unit kept with its row's chance; what is beyond whole units, its share of that. NaN where unknown."""
    whole = np.floor(np.nan_to_num(units))
    kept = draw.binomial(whole.astype(np.int64), np.minimum(chance, 1.0)[:, None]) + chance[:, None] * (units - whole)
    return np.asarray(kept)
