"""What is told of a forecast, without the history and the models behind it, as bytes: safetensors with a card in JSON.

Nothing in it runs when it is read. The card holds a digest of itself and of all arrays, so that one wrong number is
not told as a forecast.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from shopwright.forecast.apart import Apart, Grown
from shopwright.forecast.boosted import Features
from shopwright.forecast.explain import Parts
from shopwright.forecast.judged import Score
from shopwright.forecast.linear import Linear
from shopwright.forecast.predict import Forecast
from shopwright.forecast.weights import Weights, learned
from shopwright.i18n import Text
from shopwright.shop.demand import Demand
from shopwright.shop.surprises import Common

__all__ = ["Sheet"]

Arrays = dict[str, np.ndarray]
OWN, TOLD = "digest", "told"
DEMAND = ("mean", "quantiles", "rho")
PLAIN = ("period", "lasting", "whole")


@dataclass(frozen=True, eq=False)
class Sheet:
    """A forecast as it is told.

    Attributes:
        demand: the forecast, whose parts need no history.
        scores: of the windows tried, latest first.
        weights: what the linear model learned; None where it did not run.
    """

    demand: Demand
    scores: tuple[Score, ...] = ()
    weights: Weights | None = None

    @classmethod
    def of(cls, made: Forecast) -> Sheet:
        """What is told of a forecast."""
        parts = made.demand.parts
        demand = replace(made.demand, parts=Apart.of(parts)) if isinstance(parts, Parts) else made.demand
        trials = made.made.trials if made.made is not None else ()
        model = next((trial.model for trial in trials if isinstance(trial.model, Linear)), None)
        return cls(demand, tuple(made.scores), None if model is None else learned(model))

    def to_bytes(self) -> bytes:
        """The sheet as a file's content."""
        from safetensors.numpy import save

        demand, arrays = self.demand, {name: getattr(self.demand, name) for name in DEMAND}
        told: dict[str, Any] = {name: getattr(demand, name) for name in PLAIN} | {
            "skus": list(demand.skus),
            "days": [day.isoformat() for day in demand.days],
            "levels": list(demand.levels),
            "shown": list(demand.shown),
            "as_of": demand.as_of.isoformat(),
            "how": demand.how.as_json(),
            "common": asdict(demand.common),
            "notes": {sku: note.as_json() for sku, note in demand.notes.items()},
            "scores": [{**asdict(score), "first": score.first.isoformat()} for score in self.scores],
            "parts": _parts_to(demand.parts, arrays),
            "weights": _weights_to(self.weights, arrays),
        }
        arrays = {name: np.ascontiguousarray(values) for name, values in arrays.items()}
        text = json.dumps(told, ensure_ascii=False)
        return bytes(save(arrays, {TOLD: text, OWN: _digest(text, arrays)}))

    @classmethod
    def from_bytes(cls, data: bytes) -> Sheet:
        """A sheet from what `to_bytes` made.

        Raises:
            ValueError: it is not as it was written.
        """
        from safetensors import SafetensorError
        from safetensors.numpy import load

        try:
            head = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])["__metadata__"]
            arrays = load(data)
            if head[OWN] != _digest(head[TOLD], arrays):
                raise ValueError("its digest is another")
            return _sheet(json.loads(head[TOLD]), arrays)
        except (SafetensorError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError(str(error)) from error


def _sheet(told: dict[str, Any], arrays: Arrays) -> Sheet:
    demand = Demand(
        skus=tuple(told["skus"]),
        days=tuple(date.fromisoformat(day) for day in told["days"]),
        levels=tuple(told["levels"]),
        shown=tuple(told["shown"]),
        as_of=date.fromisoformat(told["as_of"]),
        how=Text.from_json(told["how"]),
        common=Common(**told["common"]),
        notes={sku: Text.from_json(note) for sku, note in told["notes"].items()},
        parts=_parts_from(told["parts"], arrays),
        mean=arrays["mean"],
        quantiles=arrays["quantiles"],
        rho=arrays["rho"],
        **{name: told[name] for name in PLAIN},
    )
    scores = tuple(Score(**{**score, "first": date.fromisoformat(score["first"])}) for score in told["scores"])
    return Sheet(demand, scores, _weights_from(told["weights"], arrays))


def _parts_to(parts: Mapping[str, Any], arrays: Arrays) -> dict[str, Any] | None:
    if not isinstance(parts, Apart):
        return None
    arrays |= {"parts.units": parts.units, "parts.totals": parts.totals}
    grown = parts.grown
    if grown is not None:
        arrays |= {"trees.matrix": grown.ahead.matrix, "trees.scale": grown.ahead.scale}
    trees = None if grown is None else {"text": grown.text, "share": grown.share, "names": list(grown.ahead.names)}
    return {"skus": list(parts.skus), "names": list(parts.names), "trees": trees}


def _parts_from(told: dict[str, Any] | None, arrays: Arrays) -> Mapping[str, Any]:
    if told is None:
        return {}
    trees, grown = told["trees"], None
    if trees is not None:
        ahead = Features(tuple(trees["names"]), arrays["trees.matrix"], arrays["trees.scale"])
        grown = Grown(trees["text"], trees["share"], ahead)
    return Apart(tuple(told["skus"]), tuple(told["names"]), arrays["parts.units"], arrays["parts.totals"], grown)


def _weights_to(weights: Weights | None, arrays: Arrays) -> dict[str, Any] | None:
    if weights is None:
        return None
    arrays |= {"weights.values": weights.values, "weights.errors": weights.errors}
    named = {name: [text.as_json() for text in getattr(weights, name)] for name in ("terms", "units")}
    return {"skus": list(weights.skus), **named}


def _weights_from(told: dict[str, Any] | None, arrays: Arrays) -> Weights | None:
    if told is None:
        return None
    terms, units = (tuple(Text.from_json(text) for text in told[name]) for name in ("terms", "units"))
    return Weights(tuple(told["skus"]), terms, units, arrays["weights.values"], arrays["weights.errors"])


def _digest(text: str, arrays: Mapping[str, np.ndarray]) -> str:
    found = hashlib.blake2b(text.encode(), digest_size=16)
    for name, values in sorted(arrays.items()):
        found.update(f"{name} {values.dtype.str} {values.shape}".encode())
        found.update(values.data if values.size else b"")
    return found.hexdigest()
