"""What an unknown file is about: which table, and which of its columns is which.

Names count most (ours, and what exports in English, Chinese, Portuguese, Spanish and German call them), the values
must agree (a column of words is no price), and a date column nobody named is taken for the time if it is the only one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from shopwright.errors import InputError, MappingError
from shopwright.i18n import Text, t
from shopwright.shop.imports.conform import ID_FROM_LINE
from shopwright.shop.imports.convert import Wanted
from shopwright.shop.imports.names import column_named, nearest, score
from shopwright.shop.imports.numbers import NOTHING, decimal_evidence, to_bool, to_float
from shopwright.shop.imports.rated import rating_share
from shopwright.shop.imports.result import ColumnGuess, Guess
from shopwright.shop.imports.source import Source
from shopwright.shop.imports.tenths import are_tenths, to_share_off
from shopwright.shop.imports.times import to_instant
from shopwright.shop.schema import DAY_TYPE, INSTANT, TABLES, Column
from shopwright.shop.schema import names as c

__all__ = ["BESIDE", "guess", "kind_of"]

SAMPLE = 500
ONE_OF: Mapping[str, frozenset[str]] = {
    "products": frozenset({c.TITLE, c.DESCRIPTION, c.CATEGORY, c.BRAND, c.PRICE, c.COST, c.KIND}),
    "reviews": frozenset({c.STARS, c.TEXT}),
    "customers": frozenset({c.NAME, c.EMAIL, c.COUNTRY, c.CITY, c.REGION, c.CONSENT_EMAIL, c.UPDATED_AT, c.ATTRIBUTES}),
    "supply": frozenset({c.SUPPLIER, c.LEAD_DAYS, c.PACK_SIZE, c.MIN_UNITS, c.REVIEW_DAYS}),
    "stock": frozenset({c.ON_HAND, c.IS_IN_STOCK}),
    "tickets": frozenset({c.TEXT, c.SUBJECT, c.INTENT}),
    "campaigns": frozenset({c.CHANNEL, c.KIND, c.FROM_DAY, c.SUBJECT, c.SPEND}),
    "exposures": frozenset({c.ARM, c.IS_OPENED, c.IS_CLICKED, c.IS_CONVERTED, c.AT}),
    "promotions": frozenset({c.DISCOUNT, c.PRICE, c.SKU, c.CATEGORY}),
}
BESIDE: Mapping[str, Mapping[str, str]] = {
    "order_lines": {"products": c.SKU, "customers": c.CUSTOMER, "orders": c.ORDER},
    "orders": {"customers": c.CUSTOMER},
    "reviews": {"products": c.SKU},
    "returns": {"products": c.SKU},
    "tickets": {"customers": c.CUSTOMER},
    "products": {"supply": c.SKU},
    "stock": {"products": c.SKU},
}
LEVELS = ("division", "department", "category", "product group", "group", "class", "subcategory", "type")
SURE, LEAST = 0.9, 0.8


@dataclass(frozen=True, slots=True)
class _Fit:
    """How well a file fits a table.

    Attributes:
        table: name of the table.
        found: canonical name to the file's column, score and reason.
        missing: required columns that were not found.
        total: sum of the scores, misspelt columns counted a little.
        misspelt: canonical name to the file's column and the name it resembles.
    """

    table: str
    found: dict[str, tuple[str, float, Text]]
    missing: tuple[str, ...]
    total: float
    misspelt: dict[str, tuple[str, str]]


def kind_of(column: Column) -> Wanted:
    """What values of a column are to become."""
    if column.name == c.STARS:
        return "stars"
    if column.dtype == pl.Float64:
        return "off" if column.name == c.DISCOUNT and column.unit == "share" else "number"
    if column.dtype == pl.Boolean:
        return "yes"
    if column.dtype == INSTANT:
        return "instant"
    if column.dtype == DAY_TYPE:
        return "day"
    is_id = column.name in {key for table in TABLES.values() for key in table.key} | {c.CUSTOMER, c.ORDER}
    return "id" if is_id else "text"


def guess(source: Source, table: str | None = None, mapping: Mapping[str, str] | None = None) -> Guess:
    """What a file is taken for.

    Args:
        source: the file.
        table: its table, where it is known.
        mapping: canonical column (or another name of it) to the file's column, where known; entries whose column the
            file does not have are left out.

    Raises:
        MappingError: a required column is missing; a column that looks like it is named.
        InputError: the file is about nothing we know.
    """
    given = {ours: theirs for ours, theirs in (mapping or {}).items() if theirs in source.columns}
    sample = source.frame.head(SAMPLE).collect()
    fits = [_fit(source, name, sample, given) for name in ([table] if table else TABLES)]
    fits.sort(key=lambda fit: -fit.total)
    possible = [fit for fit in fits if not fit.missing and (table or _is_about(fit, source))]
    best = possible[0] if possible else None
    wanted = next((fit for fit in fits if fit.missing and len(fit.found) + len(fit.misspelt) >= 2), None)
    if table and fits[0].missing:
        raise _missing(source, fits[0])
    if best is None:
        raise _missing(source, wanted) if wanted else _unknown(source)
    if wanted is not None and table is None and _is_rather(wanted, best):
        raise _missing(source, wanted)
    lines = _lines_of_orders(fits) if best.table == "orders" else None
    if lines is not None and lines.missing:
        raise _missing(source, lines)
    runner_up = possible[1].total if len(possible) > 1 else 0.0
    is_clear = bool(table) or lines is not None or best.total >= runner_up + 0.9
    return _guessed(source, lines or best, sample, given, is_clear)


def _lines_of_orders(fits: Sequence[_Fit]) -> _Fit | None:
    """The fit as order lines where what looks like orders names a SKU and its units or price; None where it does not.

    Both tables have about as many of a file's columns, but as orders it would say nothing of what was sold. A count of
    items without a SKU is one of the order, and a name that is only similar ("Items") may be a count as well.
    """
    lines = next((fit for fit in fits if fit.table == "order_lines"), None)
    if lines is None or set(lines.missing) - {c.UNITS}:
        return None
    sure = {ours for ours, (_, points, _) in lines.found.items() if points >= SURE}
    return lines if c.SKU in sure and sure & {c.UNITS, c.PRICE} else None


def _is_rather(wanted: _Fit, best: _Fit) -> bool:
    """Whether a file is rather a table it lacks a column of: by far more columns fit, or a wanted one is misspelt."""
    used = {theirs for theirs, _, _ in best.found.values()}
    typos = [
        theirs for theirs, near in wanted.misspelt.values() if theirs not in used and abs(len(theirs) - len(near)) <= 2
    ]
    return wanted.total >= best.total + 1.4 or (bool(typos) and TABLES[wanted.table].is_required)


def _is_about(fit: _Fit, source: Source) -> bool:
    needed = ONE_OF.get(fit.table)
    return needed is None or bool(needed & set(fit.found)) or source.stem == fit.table


def _fit(source: Source, name: str, sample: pl.DataFrame, given: Mapping[str, str]) -> _Fit:
    table = TABLES[name]
    found = _given(name, given)
    taken = {theirs for theirs, _, _ in found.values()}
    scored = sorted(
        (
            (-score(theirs, column, name), not column.is_required, at, order, theirs, column)
            for at, theirs in enumerate(source.columns)
            for order, column in enumerate(table.columns)
            if column.name not in found and score(theirs, column, name) > 0
        ),
        key=lambda entry: entry[:4],
    )
    for minus, _, _, _, theirs, column in scored:
        if column.name not in found and theirs not in taken and agrees(sample[theirs], column):
            found[column.name] = theirs, -minus, _why(-minus, theirs)
            taken.add(theirs)
    _add_only_date(source, name, sample, found, taken)
    _add_tenths(source, name, sample, found, taken)
    missing = tuple(column.name for column in table.columns if _is_missing(column, found))
    misspelt = _misspelt(source, name, found, taken, missing)
    bonus = 1.0 if source.stem.lower() == name else 0.3 * (source.stem.lower().rstrip("s") in name)
    total = sum(points for _, points, _ in found.values()) + 0.6 * len(misspelt) + bonus
    return _Fit(name, found, missing, total, misspelt)


def _given(name: str, given: Mapping[str, str]) -> dict[str, tuple[str, float, Text]]:
    found: dict[str, tuple[str, float, Text]] = {}
    for ours, theirs in given.items():
        wanted_table, _, wanted = ours.rpartition(".")
        column = column_named(wanted, name) if wanted_table in ("", name) else None
        if column is not None:
            found[column.name] = theirs, 1.0, t("you said so")
    return found


def _is_missing(column: Column, found: Mapping[str, object]) -> bool:
    if not column.is_required or column.name in found or column.name in ID_FROM_LINE:
        return False
    return not (column.name == c.AT and c.DAY in found)


def _why(points: float, theirs: str) -> Text:
    if points >= 1.0:
        return t("the same name")
    return t("a known name for it") if points >= SURE else t("a similar name")


def agrees(values: pl.Series, column: Column) -> bool:
    """Whether at least half of a column's values are of the right kind."""
    kind = kind_of(column)
    known = values.drop_nulls()
    if values.dtype == pl.String:
        known = known.filter(~known.str.contains(NOTHING))
    if kind in ("id", "text") or known.is_empty():
        return kind in ("id", "text") or values.dtype in (pl.String, pl.Null) or values.dtype.is_numeric()
    return _share(known, kind) >= 0.5


def _share(known: pl.Series, kind: Wanted) -> float:
    if known.dtype != pl.String:
        is_time = known.dtype.is_temporal()
        is_number = known.dtype.is_numeric() or known.dtype == pl.Boolean
        return (
            float(is_time or (is_number and known.dtype.is_integer()))
            if kind in ("instant", "day")
            else float(is_number)
        )
    if kind == "stars":
        return rating_share(known)
    if kind in ("number", "off"):
        done = (to_share_off if kind == "off" else to_float)(known, decimal_evidence(known).verdict)
    elif kind == "yes":
        done = to_bool(known)
    else:
        month_first = to_instant(known, "MDY", "UTC")
        done = to_instant(known, "DMY", "UTC")
        done = month_first if month_first.null_count() < done.null_count() else done
    return 1.0 - done.null_count() / len(known)


def _add_only_date(
    source: Source, name: str, sample: pl.DataFrame, found: dict[str, tuple[str, float, Text]], taken: set[str]
) -> None:
    """Take the only column of dates for the time, whatever it is called."""
    table = TABLES[name]
    if not table.has(c.AT) or c.AT in found or c.DAY in found or not table.column(c.AT).is_required:
        return
    dates = [theirs for theirs in source.columns if theirs not in taken and looks_like_dates(sample[theirs])]
    if len(dates) == 1:
        found[c.AT] = dates[0], 0.5, t("the only column with dates")
        taken.add(dates[0])


def _add_tenths(
    source: Source, name: str, sample: pl.DataFrame, found: dict[str, tuple[str, float, Text]], taken: set[str]
) -> None:
    """Take a column of 7折 and the like for the share taken off; by a name such as 折扣, 0.7 could be either share."""
    table = TABLES[name]
    if c.DISCOUNT in found or not table.has(c.DISCOUNT) or kind_of(table.column(c.DISCOUNT)) != "off":
        return
    for theirs in source.columns:
        if theirs not in taken and are_tenths(sample[theirs]):
            found[c.DISCOUNT] = theirs, SURE, t("discounts in tenths")
            taken.add(theirs)
            return


def looks_like_dates(values: pl.Series) -> bool:
    """Whether all of a column's values are dates."""
    if values.dtype.is_temporal():
        return True
    known = values.drop_nulls() if values.dtype == pl.String else pl.Series([], dtype=pl.String)
    return len(known) > 0 and bool(known.str.contains(r"[-/.年]").all()) and _share(known, "instant") > 0.95


def _misspelt(
    source: Source, name: str, found: Mapping[str, object], taken: set[str], missing: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Columns that are wanted and were not found, and the file's column that looks like a misspelling of each."""
    wanted = list(missing)
    if name == "order_lines" and c.PRICE not in found and c.REVENUE not in found:
        wanted.insert(0, c.REVENUE)
    left = [theirs for theirs in source.columns if theirs not in taken]
    near = {ours: nearest(left, TABLES[name].column(ours)) for ours in wanted}
    return {ours: hit for ours, hit in near.items() if hit is not None}


def _guessed(source: Source, fit: _Fit, sample: pl.DataFrame, given: Mapping[str, str], is_clear: bool) -> Guess:
    columns = [ColumnGuess(theirs, ours, points, why) for ours, (theirs, points, why) in fit.found.items()]
    taken = {column.theirs for column in columns}
    columns += _besides(source, fit, sample, given, taken)
    taken |= {column.theirs for column in columns}
    unused = tuple(name for name in source.columns if name not in taken)
    required = [
        points
        for ours, (_, points, _) in fit.found.items()
        if TABLES[fit.table].column(ours).is_required or ours in TABLES[fit.table].key
    ]
    confidence = min([*required, 1.0]) * (1.0 if is_clear else 0.8)
    examples = {name: _examples(sample[name]) for name in source.columns}
    order = {name: at for at, name in enumerate(source.columns)}
    columns.sort(key=lambda column: order[column.theirs])
    return Guess(source.name, fit.table, tuple(columns), unused, confidence, examples)


def _besides(
    source: Source, fit: _Fit, sample: pl.DataFrame, given: Mapping[str, str], taken: set[str]
) -> Iterable[ColumnGuess]:
    """Columns that belong to tables filled beside the main one: the title of the product an order line names."""
    for table, key in BESIDE.get(fit.table, {}).items():
        if key not in fit.found:
            continue
        here = _given(table, {ours: theirs for ours, theirs in given.items() if theirs not in taken})
        used = set(TABLES[fit.table].names if table == "orders" else fit.found)
        for theirs in source.columns:
            level = _level(theirs)
            if theirs in taken:
                continue
            if table == "products" and level is not None and sample[theirs].dtype == pl.String:
                taken.add(theirs)
                yield ColumnGuess(theirs, f"products.{c.CATEGORY}", 0.9, t("a level of the category"))
                continue
            for column in TABLES[table].columns:
                said = column.name in here and here[column.name][0] == theirs
                points = 1.0 if said else score(theirs, column, table)
                is_free = column.name not in used and column.name != key
                if points >= LEAST and is_free and (said or agrees(sample[theirs], column)):
                    taken.add(theirs)
                    used.add(column.name)
                    yield ColumnGuess(theirs, f"{table}.{column.name}", points, _why(points, theirs))
                    break


def _level(name: str) -> int | None:
    """Rank of a column in a category path, or None where it is no level of one."""
    words = name.lower().replace("_", " ").removesuffix(" name").removeprefix("product ").strip()
    return LEVELS.index(words) if words in LEVELS else None


def category_columns(names: Sequence[str]) -> list[str]:
    """Columns of a category path, from the general to the special."""
    return sorted(names, key=lambda name: (_level(name) is None, _level(name) or 0))


def _examples(values: pl.Series) -> tuple[str, ...]:
    return tuple(str(value)[:40] for value in values.drop_nulls().unique(maintain_order=True).head(3))


def _missing(source: Source, fit: _Fit) -> MappingError:
    """The error for required columns that are missing, all of them at once, naming those that look like them."""
    table = TABLES[fit.table]
    wanted = list(dict.fromkeys([*fit.misspelt, *fit.missing])) or [c.REVENUE]
    ours, *others = wanted
    near = {name: fit.misspelt[name] for name in wanted if name in fit.misspelt}
    shown = {name: near[name][1] if name in near else name for name in wanted}
    maps = " ".join(f"--map {shown[name]}={near[name][0] if name in near else 'THEIRS'}" for name in near or wanted)
    fix = (
        t("did you mean '{near}'? map it: shopwright import {maps}", near=near[ours][0], maps=maps)
        if ours in near
        else t(
            "map the columns that hold it: shopwright import {maps}; other tables: --table {tables}",
            maps=maps,
            tables="|".join(TABLES),
        )
    )
    label = table.column(ours).label if ours != shown[ours] or ours not in near else table.column(ours).name
    found = ", ".join(source.columns)
    why = (
        t("needed for {label}; missing too: {others}; found: {found}",
          label=label, others=", ".join(shown[name] for name in others), found=found)
        if others
        else t("needed for {label}; found: {found}", label=label, found=found)
    )  # fmt: skip
    return MappingError(
        t("{file}: column '{column}' is missing", file=source.name, column=shown[ours]),
        why=why,
        fix=fix,
        code="IMPORT-03",
    )


def _unknown(source: Source) -> InputError:
    return InputError(
        t("{file} is not an export that is known", file=source.name),
        why=t("its columns match no table: {columns}", columns=", ".join(source.columns)),
        fix=t("say what it is: shopwright import --table order_lines --map sku=THEIRS --map units=THEIRS …"),
        code="IMPORT-13",
    )


__all__ += ["SAMPLE", "agrees", "category_columns", "looks_like_dates"]
