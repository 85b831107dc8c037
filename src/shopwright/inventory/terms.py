"""Stock and terms of many SKUs as arrays, read from a table and checked once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import cast

import numpy as np
import polars as pl

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.inventory.policy import Policy, lingering
from shopwright.shop.arguments import check_is
from shopwright.shop.sales import as_frame
from shopwright.shop.schema import names as c

__all__ = ["Terms", "read_terms"]

SHARED = ("budget", "space", "lead_chances")  # not a column: held by the policy for all SKUs
WHOLE = ("lead_time", "review")
FLAGS = ("lost_sales", "continuous")
DUE = re.compile(r"due_[1-9][0-9]*", re.ASCII)
FARTHEST = 3_650  # periods ahead that goods can be due in; ten years of days
ENDLESS = ("shelf_life", "last_period")  # None is written as infinity
UNKNOWN = ("unit_cost",)  # None is written as NaN
OWN = tuple(field.name for field in fields(Policy) if field.name not in SHARED)
PRICED = {"unit_cost": c.COST}  # the house's own name of a column is understood too


@dataclass(frozen=True, eq=False)
class Terms:
    """What n SKUs have and how they are ordered.

    Attributes:
        skus: the n SKUs, in the order of the table.
        on_hand: units on hand, shape (n,); NaN where the table does not know.
        due: units due at the start of period 1, 2 …, shape (n, periods).
        supplier: who delivers each; empty where not known.
        own: each `Policy` field that SKUs may have of their own, shape (n,); infinity where there is no end, NaN
            where a cost is not known.
        policy: what all SKUs share.
    """

    skus: tuple[str, ...]
    on_hand: np.ndarray
    due: np.ndarray
    supplier: tuple[str, ...]
    own: Mapping[str, np.ndarray]
    policy: Policy

    def __repr__(self) -> str:
        return f"<Terms: {len(self):,} SKUs, arrivals in {self.due.shape[1]} periods, {self.policy!r}>"

    def __getitem__(self, name: str) -> np.ndarray:
        return self.own[name]

    def __len__(self) -> int:
        return len(self.skus)

    def take(self, rows: np.ndarray) -> Terms:
        """The same for some of the SKUs."""
        return Terms(
            tuple(self.skus[row] for row in rows),
            self.on_hand[rows],
            self.due[rows],
            tuple(self.supplier[row] for row in rows),
            {name: values[rows] for name, values in self.own.items()},
            self.policy,
        )

    def holding_back(self, rows: np.ndarray) -> Terms:
        """The same with nothing to be ordered of some SKUs; `rows` is a mask, shape (n,)."""
        return replace(self, own={**self.own, "max_units": np.where(rows, 0.0, self.own["max_units"])})

    @property
    def review(self) -> np.ndarray:
        """Periods between two looks at the stock, shape (n,)."""
        periods: np.ndarray = np.where(self["continuous"] > 0, 1, self["review"]).astype(int)
        return periods

    @property
    def lead(self) -> np.ndarray:
        """Usual lead time in periods, shape (n,)."""
        if self.policy.lead_chances:
            usual = self.policy.interval - (1 if self.policy.continuous else self.policy.review) + 1
            return np.full(len(self), usual)
        return self["lead_time"].astype(int)

    @property
    def counted_cost(self) -> np.ndarray:
        """Money for one unit; 1 where it is not known, shape (n,)."""
        cost: np.ndarray = np.where(np.isnan(self["unit_cost"]), 1.0, self["unit_cost"])
        return cost

    def held(self, cycle: np.ndarray | None = None) -> np.ndarray:
        """Money for holding one unit too many until a later order is smaller for it, shape (n,).

        Args:
            cycle: periods between two orders of each SKU; None for its review.
        """
        cycle = self.review if cycle is None else cycle
        longer = np.where(self["lost_sales"] > 0, lingering(self.lead, cycle), 1.0)
        cost: np.ndarray = self["holding_cost"] * cycle * longer
        return cost

    @property
    def waste_cost(self) -> np.ndarray:
        """Money lost with a unit that can no longer be sold; what a missed sale costs where its cost is not known."""
        paid = np.where(np.isnan(self["unit_cost"]), self["shortage_cost"], self["unit_cost"])
        lost: np.ndarray = np.maximum(paid - self["salvage_value"], 0.0)
        return lost


def read_terms(stock: pl.DataFrame, policy: Policy) -> Terms:
    """Stock and terms from a table: sku, on_hand, due_1, due_2 …, supplier, and columns named like a `Policy` field.

    Raises:
        UsageError: it is no table, a column is missing or holds no numbers, a SKU stands twice, or a number of one is
            not possible.
    """
    check_is(policy, Policy, "policy", t("a Policy, such as Policy(lead_time=3)"))
    stock = as_frame(stock, "stock")
    if c.SKU not in stock.columns or c.ON_HAND not in stock.columns:
        raise UsageError(
            t("this stock cannot be reordered"),
            why=t("needed: sku, on_hand; found: {columns}", columns=", ".join(stock.columns)),
            fix=t("rename the columns"),
            code="USAGE-09",
        )
    skus = _texts(stock, c.SKU)
    _refuse_repeats(skus)
    on_hand = _numbers(stock, c.ON_HAND, skus)
    supplier = _texts(stock, c.SUPPLIER) if c.SUPPLIER in stock.columns else ("",) * len(skus)
    own = {name: _own(stock, name, policy, skus) for name in OWN}
    terms = Terms(skus, on_hand, _due(stock, skus), supplier, own, policy)
    _check(terms)
    return terms


def _texts(stock: pl.DataFrame, name: str) -> tuple[str, ...]:
    if stock.schema[name].is_nested():
        raise _odd(stock, name)
    return tuple(stock[name].cast(pl.String).fill_null("").to_list())


def _odd(stock: pl.DataFrame, name: str) -> UsageError:
    return UsageError(
        t("the column {name} of this stock cannot be read", name=name),
        why=t("the column {name} holds values of the type {kind}", name=name, kind=str(stock.schema[name])),
        fix=t("give one text or one number in each row"),
        code="USAGE-67",
    )


def _refuse_repeats(skus: tuple[str, ...]) -> None:
    if len(set(skus)) == len(skus):
        return
    seen: set[str] = set()
    twice = next(sku for sku in skus if sku in seen or seen.add(sku))  # type: ignore[func-returns-value]
    raise UsageError(
        t("SKU {sku} stands twice in this stock", sku=repr(twice)),
        why=t("one order is made for each SKU, from all that is on hand of it"),
        fix=t("sum its rows, or order for one location at a time and use transfer between them"),
        code="USAGE-60",
    )


def _numbers(stock: pl.DataFrame, name: str, skus: tuple[str, ...]) -> np.ndarray:
    """A column as numbers, NaN where it holds none."""
    column = stock[name]
    if column.dtype.is_nested() or column.dtype.is_temporal():
        raise _odd(stock, name)
    if not (column.dtype.is_numeric() or column.dtype in (pl.Null, pl.Boolean)):
        read = column.cast(pl.String).cast(pl.Float64, strict=False)
        if (read.is_null() & column.is_not_null()).any():
            at = int(cast("int", (read.is_null() & column.is_not_null()).arg_max()))
            raise _impossible(skus[at], name, column[at])
        column = read
    values = column.cast(pl.Float64).fill_null(np.nan).to_numpy().copy()
    if np.isinf(values).any() and name != "max_units":
        at = int(np.isinf(values).argmax())
        raise _impossible(skus[at], name, values[at])
    return values


def _own(stock: pl.DataFrame, name: str, policy: Policy, skus: tuple[str, ...]) -> np.ndarray:
    default = getattr(policy, name)
    filler = (math.nan if name in UNKNOWN else math.inf) if default is None else float(default)
    found = next((column for column in (name, PRICED.get(name, name)) if column in stock.columns), None)
    if found is None:
        return np.full(len(skus), filler)
    values = _numbers(stock, found, skus)
    return np.where(np.isnan(values), filler, values)


def _due(stock: pl.DataFrame, skus: tuple[str, ...]) -> np.ndarray:
    names = [name for name in stock.columns if name.removeprefix("due_").isdigit() and name.startswith("due_")]
    _refuse_far(names)
    columns = {int(name.removeprefix("due_")): name for name in names}
    due = np.zeros((len(skus), max(columns, default=0)))
    for period, name in columns.items():
        due[:, period - 1] = np.nan_to_num(_numbers(stock, name, skus))
        if (due[:, period - 1] < 0).any():
            at = int((due[:, period - 1] < 0).argmax())
            raise _impossible(skus[at], name, due[at, period - 1])
    return due


def _refuse_far(names: list[str]) -> None:
    """Refuse arrivals that would be left out, or counted twice, because of how their column is called."""
    odd = [name for name in names if not DUE.fullmatch(name) or int(name.removeprefix("due_")) > FARTHEST]
    if odd:
        raise UsageError(
            t("when the units in the column {name} are due is not known", name=odd[0]),
            why=t("due_1 is due at the start of the first period ahead, due_2 of the second, and so on"),
            fix=t("number these columns from due_1 to due_{most} at most", most=FARTHEST),
            code="USAGE-68",
        )


def _check(terms: Terms) -> None:
    for name, values in terms.own.items():
        bad = values < 0
        if name in WHOLE or name == "shelf_life":
            bad |= values < 1
        if name in WHOLE or name in ENDLESS:
            bad |= np.isfinite(values) & (values != np.floor(values))
        if name == "pack_size":
            bad |= values <= 0
        if name in FLAGS:
            bad |= values > 1
        if name == "salvage_value":
            bad |= values > terms["unit_cost"]  # never where the cost is not known
        if bad.any():
            at = int(bad.argmax())
            raise _impossible(terms.skus[at], name, values[at])


def _impossible(sku: str, name: str, value: object) -> UsageError:
    allowed: dict[str, Text] = {
        "pack_size": t("a number above zero"),
        "lead_time": t("a whole number from 1 on"),
        "review": t("a whole number from 1 on"),
        "shelf_life": t("a whole number from 1 on"),
        "last_period": t("a whole number from 0 on"),
        "salvage_value": t("a number from zero to the unit cost"),
        "lost_sales": t("yes or no, as true and false or 1 and 0"),
        "continuous": t("yes or no, as true and false or 1 and 0"),
        c.ON_HAND: t("a number; below zero for oversold"),
    }
    return UsageError(
        t("SKU {sku}: {name} cannot be {value}", sku=repr(sku), name=name, value=value),
        why=t("needed: {allowed}", allowed=allowed.get(name, t("a number from zero on"))),
        fix=t("correct it in the stock table, or leave it empty for the value of the Policy"),
        code="USAGE-61",
    )
