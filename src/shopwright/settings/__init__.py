"""Settings of a shop: `shop.toml`, overridden by `SHOPWRIGHT_*` variables, overridden by flags.

Every setting is one field below, with its default, its allowed values and one sentence in each language; the
commented `shop.toml`, the error messages and the reference in the documentation are all made from these fields.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import TOMLKitError

from shopwright.disk import why_not_written, write_text
from shopwright.errors import SettingsError
from shopwright.i18n import Text, t
from shopwright.settings.sections import (
    UNNAMED,
    CustomersSection,
    DemandSection,
    LanguageSection,
    MoneySection,
    PlanSection,
    RecommendSection,
    Section,
    ShopSection,
    SupplySection,
)

__all__ = ["FILE", "DemandSection", "LanguageSection", "Settings", "ShopSection", "change", "load", "render", "titled"]

FILE = "shop.toml"
PREFIX = "SHOPWRIGHT_"


class Settings(Section):
    """All settings of one shop, by section."""

    shop: ShopSection = ShopSection()
    money: MoneySection = MoneySection()
    demand: DemandSection = DemandSection()
    supply: SupplySection = SupplySection()
    recommend: RecommendSection = RecommendSection()
    customers: CustomersSection = CustomersSection()
    plan: PlanSection = PlanSection()
    language: LanguageSection = LanguageSection()

    @property
    def zone(self) -> ZoneInfo:
        """The shop's time zone."""
        return ZoneInfo(self.shop.timezone)

    def get(self, name: str) -> Any:
        """Value of a setting by its dotted name, `money.margin_rate`.

        Raises:
            SettingsError: there is no such setting.
        """
        section, _, key = name.partition(".")
        _must_exist(name, t("the call"))
        return getattr(getattr(self, section), key)


def titled(name: str) -> Text:
    """The name of a shop as a title; one that was given none has one in each language."""
    return t("My shop") if name == UNNAMED else Text.literal(name)


def names() -> list[str]:
    """Dotted names of all settings."""
    return [f"{section}.{key}" for section, kind in _sections().items() for key in kind.model_fields]


def load(root: Path | str, flags: Mapping[str, Any] | None = None) -> Settings:
    """Settings in force for the shop in `root`.

    Args:
        root: folder with `shop.toml`; a missing file means defaults.
        flags: dotted names and values that win over file and environment.

    Raises:
        SettingsError: a setting is unknown or not allowed; says in which place it stands and which were searched.
    """
    path = Path(root) / FILE
    return _checked(_from_file(path), path, flags or {})


def change(root: Path | str, name: str, value: str) -> Settings:
    """Write one setting into `shop.toml`, keeping its comments, and return the settings now in force.

    Raises:
        SettingsError: the setting is unknown or the value not allowed, or the file could not be written; it is left
            as it was.
    """
    path = Path(root) / FILE
    value_in_file = _checked(_from_file(path), path, {name: value}).get(name)
    document = _parse(path) if path.is_file() else tomlkit.parse(render(Settings()))
    section, _, key = name.partition(".")
    if section not in document:
        document[section] = tomlkit.table()
    document[section][key] = value_in_file
    try:
        write_text(path.resolve(), tomlkit.dumps(document))
    except OSError as error:
        raise SettingsError(
            t("{file} could not be written", file=str(path)),
            why=why_not_written(path, error),
            fix=t("check that the folder exists and may be written to; the file is as it was"),
            code="SETTINGS-04",
        ) from error
    return load(root)


def render(settings: Settings) -> str:
    """A commented `shop.toml` in both languages with these settings."""
    lines = ["# shop.toml: overridden by SHOPWRIGHT_SECTION_NAME variables and by flags", ""]
    for section, kind in _sections().items():
        lines.append(f"[{section}]")
        for key, field in kind.model_fields.items():
            extra = field.json_schema_extra
            zh = extra.get("zh", "") if isinstance(extra, dict) else ""
            lines += [f"# {field.description} / {zh}"]
            lines += [f"{key} = {tomlkit.item(getattr(getattr(settings, section), key)).as_string()}"]
        lines.append("")
    return "\n".join(lines)


def _sections() -> dict[str, type[Section]]:
    return {
        name: field.annotation for name, field in Settings.model_fields.items() if isinstance(field.annotation, type)
    }


def _must_exist(name: str, place: Text | str) -> None:
    if name in names():
        return
    near = difflib.get_close_matches(name, names(), n=1, cutoff=0.5)
    raise SettingsError(
        t("there is no setting {name}", name=repr(name)),
        why=t("read from {place}; settings are: {names}", place=place, names=", ".join(names())),
        fix=t("did you mean {near}?", near=near[0]) if near else t("list them with: shopwright config SHOP"),
        code="SETTINGS-01",
    )


def _parse(path: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(path.read_text("utf-8-sig"))  # editors on Windows put a byte-order mark before it
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise SettingsError(
            t("{file} is not valid TOML", file=str(path)),
            why=str(error),
            fix=t("correct that line, or delete the file to go back to the defaults"),
            code="SETTINGS-02",
        ) from error
    except OSError as error:
        raise SettingsError(
            t("{file} could not be read", file=str(path)),
            why=t("the system said: {error}", error=str(error)),
            fix=t("check the file's permissions"),
            code="SETTINGS-05",
        ) from error


def _from_file(path: Path) -> dict[str, Any]:
    """Value of each setting in a file, by dotted name."""
    if not path.is_file():
        return {}
    found: dict[str, Any] = {}
    for section, table in _parse(path).unwrap().items():
        if section in _sections() and not isinstance(table, dict):
            raise SettingsError(
                t("{section} in {file} is not a section", section=repr(section), file=str(path)),
                why=t(
                    "it is {value}; needed is a line [{section}] with settings below it",
                    value=repr(table),
                    section=section,
                ),
                fix=t(
                    "write [{section}] and below it, for instance: {example}",
                    section=section,
                    example=_example(section),
                ),
                code="SETTINGS-06",
            )
        for key, value in table.items() if isinstance(table, dict) else [("", table)]:
            name = f"{section}.{key}" if key else section
            _must_exist(name, str(path))
            found[name] = value
    return found


def _example(section: str) -> str:
    key, field = next(iter(_sections()[section].model_fields.items()))
    return f"{key} = {tomlkit.item(field.default).as_string()}"


def _from_environment() -> dict[str, Any]:
    """Value of each setting in the environment, by dotted name; what looks like a setting must be one."""
    known = {_variable(name): name for name in names()}
    sections = tuple(f"{PREFIX}{section.upper()}_" for section in _sections())
    found = {}
    for variable, value in os.environ.items():
        if variable in known:
            found[known[variable]] = value
        elif variable.startswith(sections):
            _must_exist(variable.removeprefix(PREFIX).lower().replace("_", ".", 1), t("the environment"))
    return found


def _variable(name: str) -> str:
    return f"{PREFIX}{name.replace('.', '_').upper()}"


def _checked(file: Mapping[str, Any], path: Path, flags: Mapping[str, Any]) -> Settings:
    """Settings from what the places say, the later one winning: file, environment, flags."""
    layers: dict[str, tuple[Any, Text | str]] = {name: (value, str(path)) for name, value in file.items()}
    layers |= {name: (value, _variable(name)) for name, value in _from_environment().items()}
    for name, value in flags.items():
        _must_exist(name, t("the command line"))
        layers[name] = (value, t("the command line"))
    nested: dict[str, dict[str, Any]] = {}
    for name, (value, _) in layers.items():
        section, _, key = name.partition(".")
        nested.setdefault(section, {})[key] = value
    try:
        return Settings.model_validate(nested)
    except ValidationError as error:
        raise _not_allowed(error, layers, path) from error


def _not_allowed(error: ValidationError, layers: Mapping[str, tuple[Any, Text | str]], path: Path) -> SettingsError:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    value, place = layers[name]
    return SettingsError(
        t("setting {name} cannot be {value}", name=name, value=repr(value)),
        why=t("{problem} (read from {place})", problem=_problem(name, value, first), place=place),
        fix=t(
            "change it there; places are searched in this order: command line, {variable}, {file}, default",
            variable=_variable(name),
            file=str(path),
        ),
        code="SETTINGS-03",
    )


def _problem(name: str, value: Any, error: Mapping[str, Any]) -> Text:
    """What pydantic objects to, in words that can be translated."""
    kind, limits = str(error["type"]), error.get("ctx", {})
    if name == "shop.timezone" and isinstance(value, str):
        return _no_such_zone(value)
    if name == "language.purpose_budgets" and kind == "value_error":
        return t("it must look like memo=2, service=40/month: a purpose, money, and day, week or month")
    if kind in ("greater_than", "greater_than_equal", "less_than", "less_than_equal"):
        (limit,) = limits.values()
        return {
            "greater_than": t("it must be above {limit}", limit=limit),
            "greater_than_equal": t("it must be at least {limit}", limit=limit),
            "less_than": t("it must be below {limit}", limit=limit),
            "less_than_equal": t("it must be at most {limit}", limit=limit),
        }[kind]
    if kind == "literal_error":
        return t("it must be one of: {allowed}", allowed=str(limits["expected"]).replace(" or ", ", "))
    if kind.startswith("float") or kind == "finite_number":
        return t("it must be a number")
    if kind.startswith("int"):
        return t("it must be a whole number")
    if kind == "string_type":
        return t("it must be a text in quotes")
    is_form = kind == "string_pattern_mismatch"
    return t("it must look like {pattern}", pattern=limits["pattern"]) if is_form else Text.literal(str(error["msg"]))


def _no_such_zone(value: str) -> Text:
    near = difflib.get_close_matches(value, available_timezones(), n=1)
    if near:
        return t("there is no such time zone; did you mean {near}?", near=near[0])
    return t("there is no such time zone; they are named like Europe/Berlin")
