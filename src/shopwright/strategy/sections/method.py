"""How it all was computed, from which data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopwright.i18n import Text, t
from shopwright.shop.schema import TABLES
from shopwright.strategy.page import Block, Col, Details, Section, Table

if TYPE_CHECKING:
    from shopwright.strategy.plan import Plan
    from shopwright.strategy.workup import Workup

__all__ = ["method_section"]


def method_section(work: Workup, plan: Plan) -> Section:
    """Tables read, assumptions and notes, settings in force."""
    shop = work.shop
    rows = [(TABLES[name].label, shop.rows(name)) for name in shop.tables]
    settings = [
        Text.literal(f"{section}.{name} = {value}")
        for section, values in plan.provenance["settings"].items()
        for name, value in values.items()
    ]
    blocks: list[Block] = []
    if plan.notes:
        blocks.append(Details(t("Assumptions and notes"), plan.notes))
    blocks += [
        Table(t("Tables this plan was made from"), (Col(t("Table")), Col(t("Rows"), is_number=True)), rows),
        Details(t("Settings in force"), tuple(settings)),
        Details(
            t("How gains are meant"),
            (
                t("A gain is the margin that doing it should bring over not doing it, its own costs taken off."),
                t("Money laid out for goods comes back as they are sold; a gain counts only what is left then."),
                t("Ranges hold eight times out of ten; where an effect had to be assumed, its line says so."),
                _seen(work, plan),
            ),
        ),
    ]
    return Section("method", t("How this was made"), tuple(blocks))


def _seen(work: Workup, plan: Plan) -> Text:
    """Up to when anything was looked at."""
    day = plan.as_of.isoformat()
    if work.shop.cutoff is not None:
        return t("Nothing after {day} was looked at.", day=day)
    return t(
        "Sales are counted to {day}; stock, statuses and corrections are as the shop was last told of them.", day=day
    )
