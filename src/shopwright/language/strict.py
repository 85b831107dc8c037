"""A pydantic schema in the form that strict structured output takes: closed objects, every member required."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["strict"]


def strict(schema: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The schema with closed objects, and whether it can be held to strictly: one with free keys cannot.

    >>> strict({"type": "object", "properties": {"a": {"type": "string", "default": ""}}})[0]
    {'type': 'object', 'properties': {'a': {'type': 'string'}}, 'required': ['a'], 'additionalProperties': False}
    """
    closed = _closed(schema)
    assert isinstance(closed, dict)
    return (closed, True) if not _has_free_keys(schema) else (dict(schema), False)


def _closed(value: Any) -> Any:
    if isinstance(value, list):
        return [_closed(part) for part in value]
    if not isinstance(value, Mapping):
        return value
    members = value.get("properties")
    if not isinstance(members, Mapping):
        return {name: _named(name, part) for name, part in value.items() if name != "default"}
    kept = {name: part for name, part in value.items() if name not in ("default", "required", "additionalProperties")}
    closed = {name: _named(name, part) for name, part in kept.items()}
    return {**closed, "required": list(members), "additionalProperties": False}


def _named(name: str, part: Any) -> Any:
    """Below `properties` and `$defs` the keys are names, not words of the schema; an enumeration is data."""
    if name in ("properties", "$defs") and isinstance(part, Mapping):
        return {key: _closed(inner) for key, inner in part.items()}
    return part if name in ("enum", "const", "examples") else _closed(part)


def _has_free_keys(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_free_keys, value))
    if not isinstance(value, Mapping):
        return False
    if value.get("type") == "object" and (not value.get("properties") or value.get("additionalProperties")):
        return True
    return any(map(_has_free_keys, value.values()))
