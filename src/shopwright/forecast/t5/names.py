"""Names of what goes into the network and comes out of it, in their order."""

from __future__ import annotations

from shopwright.forecast.t5.inputs import Array, Inputs

__all__ = ["GIVEN", "TOLD", "arrays"]

GIVEN = ("past", "is_read", "ahead", "facts", "text", "base")
TOLD = "quantiles"


def arrays(made: Inputs) -> dict[str, Array]:
    """The arrays by name."""
    return {name: getattr(made, name) for name in GIVEN}
