"""Sections of the report, one file for each area."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopwright.strategy.sections.customers import customers_section
from shopwright.strategy.sections.demand import demand_section
from shopwright.strategy.sections.method import method_section
from shopwright.strategy.sections.recommend import recommend_section
from shopwright.strategy.sections.reviews import reviews_section
from shopwright.strategy.sections.stock import stock_section
from shopwright.strategy.sections.todo import left_out_section, todo_section

if TYPE_CHECKING:
    from shopwright.strategy.page import Section
    from shopwright.strategy.plan import Plan
    from shopwright.strategy.workup import Workup

__all__ = ["all_sections"]


def all_sections(work: Workup, plan: Plan) -> list[Section]:
    """Every section there is something to say in, in reading order."""
    found = [
        todo_section(plan),
        demand_section(work),
        stock_section(work),
        recommend_section(work),
        customers_section(work),
        reviews_section(work),
        left_out_section(plan),
        method_section(work, plan),
    ]
    return [section for section in found if section is not None]
