"""A plan read back from `plan.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from shopwright.errors import StoreError
from shopwright.i18n import Text, t
from shopwright.shop.money import Figure, Gain, Money
from shopwright.shop.proposal import Evidence, Proposal
from shopwright.strategy.choose import LeftOut
from shopwright.strategy.plan import FORMAT, Missing, Plan

__all__ = ["read_plan"]


def read_plan(path: Path | str) -> Plan:
    """The plan in a `plan.json`; it renders as the one that was written.

    Raises:
        StoreError: the file is not a plan this version can read.
    """
    path = Path(path)
    try:
        found = json.loads(path.read_text("utf-8"))
        if found["format"] != FORMAT:
            raise ValueError(f"format {found['format']}")
        return _plan(found)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            t("{file} cannot be read as a plan", file=str(path)),
            why=str(error),
            fix=t("make it anew: shopwright plan SHOP --force"),
            code="STORE-09",
        ) from error


def _plan(found: Mapping[str, Any]) -> Plan:
    return Plan(
        shop=found["shop"],
        as_of=date.fromisoformat(found["as_of"]),
        currency=found["currency"],
        chosen=tuple(_proposal(item) for item in found["chosen"]),
        left_out=tuple(LeftOut(_proposal(item), Text.from_json(item["reason"])) for item in found["left_out"]),
        missing=tuple(
            Missing(Text.from_json(item["table"]), Text.from_json(item["for_want"])) for item in found["missing"]
        ),
        notes=tuple(Text.from_json(note) for note in found["notes"]),
        headline=tuple(_figure(figure) for figure in found["headline"]),
        budget=found["budget"],
        spent=found["spent"],
        provenance=found["provenance"],
    )


def _proposal(item: Mapping[str, Any]) -> Proposal:
    return Proposal(
        domain=item["domain"],
        action=item["action"],
        subject=item["subject"],
        title=Text.from_json(item["title"]),
        change=item["change"],
        gain=Gain(**item["gain"]),
        cost=Money(**item["cost"]),
        how=Text.from_json(item["how"]),
        as_of=date.fromisoformat(item["as_of"]),
        evidence=tuple(_evidence(evidence) for evidence in item["evidence"]),
    )


def _evidence(item: Mapping[str, Any]) -> Evidence:
    figures = tuple(_figure(figure) for figure in item["figures"])
    return Evidence(Text.from_json(item["says"]), figures, item["table"], item["where"])


def _figure(item: Mapping[str, Any]) -> Figure:
    value = item["value"]
    if isinstance(value, dict):
        value = Money(**value) if "currency" in value else Text.from_json(value)
    unit = Text.from_json(item["unit"]) if isinstance(item["unit"], dict) else item["unit"]
    day = date.fromisoformat(item["as_of"])
    return Figure(Text.from_json(item["name"]), value, unit, day, Text.from_json(item["how"]))
