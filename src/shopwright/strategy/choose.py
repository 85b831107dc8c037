"""Which proposals make the plan: dangers first, then by gain, within budget and attention; refusals with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.shop.money import Money
from shopwright.shop.proposal import Proposal

__all__ = ["Choice", "LeftOut", "check_budget", "choose"]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A proposal that did not make the plan, and why."""

    proposal: Proposal
    reason: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen, best first, what was not, and what it costs together."""

    chosen: tuple[Proposal, ...]
    left_out: tuple[LeftOut, ...]
    spent: float


def choose(
    proposals: Iterable[Proposal],
    *,
    budget: float | None = None,
    limit: int = 50,
    least_gain: float = 0.0,
    held: Mapping[str, Text] | None = None,
) -> Choice:
    """Take proposals in order of expected gain as long as budget and limit allow; dangers to people before all.

    A proposal too dear for what is left is passed over and the next one tried, so the budget is never exceeded and
    no cheaper gain is lost behind a dear one. Equal gains go by id, so the order never depends on who came first.

    Args:
        proposals: what the studies proposed, in any order.
        budget: money to spend on costs; None for no limit.
        limit: most proposals to choose.
        least_gain: expected gain a proposal must exceed.
        held: proposals that must not be chosen, by id, and why.

    Raises:
        UsageError: the budget is negative, or a proposal is in another currency than the rest.
    """
    ranked = sorted(proposals, key=lambda one: (not one.is_danger, -one.gain.mean, one.cost.amount, one.id))
    _check(ranked, budget)
    chosen: list[Proposal] = []
    left_out: list[LeftOut] = []
    spent = 0.0
    for proposal in ranked:
        reason = (held or {}).get(proposal.id) or _objection(proposal, len(chosen), spent, budget, limit, least_gain)
        if reason is None:
            chosen.append(proposal)
            spent += proposal.cost.amount
        else:
            left_out.append(LeftOut(proposal, reason))
    return Choice(tuple(chosen), tuple(left_out), spent)


def _objection(
    proposal: Proposal, n_chosen: int, spent: float, budget: float | None, limit: int, least_gain: float
) -> Text | None:
    currency = proposal.cost.currency
    if not proposal.is_danger and (too_little := _too_little(proposal, least_gain)) is not None:
        return too_little
    if n_chosen >= limit:
        return t("the plan is full: it holds {limit} things to do", limit=limit)
    if budget is not None and spent + proposal.cost.amount > budget + 1e-9:
        return t(
            "it costs {cost}; {left} of the budget is left after better ones",
            cost=proposal.cost,
            left=Money(budget - spent, currency),
        )
    return None


def _too_little(proposal: Proposal, least_gain: float) -> Text | None:
    gain = proposal.gain
    if gain.low == gain.mean == gain.high == 0:
        return t("no gain in money can be told: {how}", how=proposal.how)
    if gain.mean > least_gain:
        return None
    least = Money(least_gain, proposal.cost.currency)
    return t(
        "its expected gain of {gain} does not exceed {least}",
        gain=Money(gain.mean, proposal.cost.currency),
        least=least,
    )


def _check(proposals: list[Proposal], budget: float | None) -> None:
    currencies = sorted({proposal.cost.currency for proposal in proposals} | {p.gain.currency for p in proposals})
    if len(currencies) > 1:
        raise UsageError(
            t("proposals in several currencies cannot be weighed: {currencies}", currencies=", ".join(currencies)),
            why=t("gains and costs are compared as plain amounts"),
            fix=t("let every study use the shop's currency, shop.currency"),
            code="USAGE-11",
        )
    check_budget(budget)


def check_budget(budget: float | None) -> None:
    """Refuse a budget below zero, or none at all (USAGE-12)."""
    if budget is not None and not budget >= 0:
        raise UsageError(
            t("a budget of {budget} cannot be spent", budget=budget),
            why=t("it must be zero or more"),
            fix=t("give --budget 0 or more, or leave it out for no limit"),
            code="USAGE-12",
        )
