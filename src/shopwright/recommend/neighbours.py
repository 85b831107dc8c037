"""Item-kNN: products that the same customers have, by cosine, shrunk where few have them."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from shopwright.recommend.events import Events
from shopwright.recommend.grams import Sequential, together
from shopwright.recommend.local import strongest
from shopwright.recommend.members import Links

__all__ = ["neighbours"]

SHRINK = 10.0
DECAY = 3.0


def neighbours(events: Events, chains: Sequential | None = None, decay: float = DECAY) -> Links:
    """Cosine of the customers of two products, as if each had 10 customers more (Deshpande and Karypis 2004).

    Args:
        events: of all customers.
        chains: given: products near in time count more.
        decay: orders after which what is known counts 1/e.
    """
    gram = together(events)
    sizes = sparse.diags((1 / np.sqrt(gram.diagonal() + SHRINK)).astype(np.float32))
    pairs = gram if chains is None else (0.2 * gram + 0.8 * (chains.ahead + chains.ahead.T)).tocsr()
    found = (sizes @ pairs @ sizes).tocsr()
    found.setdiag(0)
    return Links(strongest(found), decay)
