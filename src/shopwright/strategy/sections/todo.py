"""What to do, and what not and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shopwright.i18n import Text, t
from shopwright.shop.money import Money
from shopwright.strategy.page import Block, Cell, Col, Details, Section, Table, span

if TYPE_CHECKING:
    from shopwright.shop.proposal import Proposal
    from shopwright.strategy.plan import Plan

__all__ = ["DOMAINS", "left_out_section", "todo_section"]

SHOWN, EXPLAINED, SHOWN_LEFT_OUT = 30, 8, 15
DOMAINS = {
    "forecast": t("Demand"),
    "inventory": t("Stock"),
    "recommend": t("Recommendations"),
    "customers": t("Customers"),
    "reviews": t("Reviews"),
}


def todo_section(plan: Plan) -> Section:
    """The plan's proposals, best first, with reasons for the first ones."""
    blocks: list[Block] = []
    if plan.chosen:
        rows = [_row(at, proposal) for at, proposal in enumerate(plan.chosen[:SHOWN], start=1)]
        more = len(plan.chosen) - SHOWN
        blocks.append(
            Table(
                t("Best first; the range of a gain holds eight times out of ten"),
                (
                    Col(t("#"), is_number=True),
                    Col(t("To do")),
                    Col(t("Area"), is_code=True),
                    Col(t("Expected gain"), is_number=True),
                    Col(t("Range of the gain"), is_number=True),
                    Col(t("To lay out"), is_number=True),
                ),
                rows,
                t("… and {n} more in plan.csv", n=more) if more > 0 else None,
            )
        )
        blocks += [_why(proposal) for proposal in plan.chosen[:EXPLAINED]]
    lead = plan.summary() if not plan.chosen else t("{summary}. {budget}", summary=plan.summary(), budget=_budget(plan))
    return Section("plan", t("What to do next"), tuple(blocks), plan.headline, lead)


def left_out_section(plan: Plan) -> Section | None:
    """Proposals that were left out, and what could not be judged at all."""
    blocks: list[Block] = []
    if plan.left_out:
        blocks.append(_left_out(plan))
    if plan.missing:
        blocks.append(
            Table(
                t("What could not be judged for want of a table"),
                (Col(t("Missing table")), Col(t("What it would make possible"))),
                [(item.table, item.for_want) for item in plan.missing],
            )
        )
    return Section("left-out", t("Left out, and why"), tuple(blocks)) if blocks else None


def _left_out(plan: Plan) -> Table:
    """The best proposals left out; a reason that all share stands above them, once."""
    shown = plan.left_out[:SHOWN_LEFT_OUT]
    more = len(plan.left_out) - len(shown)
    caption, columns = (
        t("Proposals that did not make the plan"),
        [Col(t("Proposal")), Col(t("Expected gain"), is_number=True)],
    )
    rows: list[tuple[Cell, ...]] = [
        (item.proposal.title, Money(item.proposal.gain.mean, item.proposal.gain.currency)) for item in shown
    ]
    if len({str(item.reason) for item in plan.left_out}) == 1:
        caption = t("{caption}: {reason}", caption=caption, reason=shown[0].reason)
    else:
        columns.append(Col(t("Why not")))
        rows = [(*row, item.reason) for row, item in zip(rows, shown, strict=True)]
    return Table(caption, tuple(columns), rows, t("… and {n} more in left_out.csv", n=more) if more > 0 else None)


def _row(at: int, proposal: Proposal) -> tuple[Cell, ...]:
    area = DOMAINS.get(proposal.domain, Text.literal(proposal.domain))
    gain = proposal.gain
    return (at, proposal.title, area, Money(gain.mean, gain.currency), span(gain), proposal.cost)


def _why(proposal: Proposal) -> Details:
    facts = tuple(evidence.says for evidence in proposal.evidence)
    return Details(t("Why: {title}", title=proposal.title), (*facts, t("How computed: {how}", how=proposal.how)))


def _budget(plan: Plan) -> Text:
    if plan.budget is None:
        return t("No limit was set on what the plan may cost.")
    return t(
        "{spent} of a budget of {budget} is spent.",
        spent=Money(plan.spent, plan.currency),
        budget=Money(plan.budget, plan.currency),
    )
