"""Shopwright: from a shop's exports to a plan for tomorrow.

The public names below are loaded when they are first used, so that `import shopwright` costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from shopwright.version import __version__ as __version__

if TYPE_CHECKING:
    from shopwright.errors import ShopError as ShopError
    from shopwright.i18n import Text as Text
    from shopwright.i18n import use as use_language
    from shopwright.settings import Settings as Settings
    from shopwright.shop.check import check as check
    from shopwright.shop.demand import Demand as Demand
    from shopwright.shop.imports import import_paths as import_paths
    from shopwright.shop.money import Gain as Gain
    from shopwright.shop.money import Money as Money
    from shopwright.shop.proposal import Evidence as Evidence
    from shopwright.shop.proposal import Proposal as Proposal
    from shopwright.shop.proposal import Study as Study
    from shopwright.shop.shop import Shop as Shop
    from shopwright.shop.shop import open_shop as open
    from shopwright.strategy.demo import demo as demo
    from shopwright.strategy.make import make_plan as plan
    from shopwright.strategy.plan import Plan as Plan

_HOMES = {
    "Demand": "shopwright.shop.demand",
    "Evidence": "shopwright.shop.proposal",
    "Gain": "shopwright.shop.money",
    "Money": "shopwright.shop.money",
    "Plan": "shopwright.strategy.plan",
    "Proposal": "shopwright.shop.proposal",
    "Settings": "shopwright.settings",
    "Shop": "shopwright.shop.shop",
    "ShopError": "shopwright.errors",
    "Study": "shopwright.shop.proposal",
    "Text": "shopwright.i18n",
    "check": "shopwright.shop.check",
    "demo": "shopwright.strategy.demo",
    "import_paths": "shopwright.shop.imports",
    "open": "shopwright.shop.shop:open_shop",
    "plan": "shopwright.strategy.make:make_plan",
    "use_language": "shopwright.i18n:use",
}

__all__ = [
    "Demand",
    "Evidence",
    "Gain",
    "Money",
    "Plan",
    "Proposal",
    "Settings",
    "Shop",
    "ShopError",
    "Study",
    "Text",
    "check",
    "demo",
    "import_paths",
    "open",
    "plan",
    "use_language",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'shopwright' has no attribute {name!r}")
    module, _, attribute = _HOMES[name].partition(":")
    found = getattr(import_module(module), attribute or name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
