"""How a new policy, judged by a log of what was shown, is told on a terminal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from shopwright.cli.show import say, show_json, show_table
from shopwright.i18n import t

if TYPE_CHECKING:
    from shopwright.recommend.judged_log import JudgedLog
    from shopwright.shop.shop import Shop

__all__ = ["tell_policy"]


def tell_policy(
    shop: Shop, log: Path, against: Path | None, rules: Path | None, *, days: int, clip: float | None, as_json: bool
) -> None:
    """What a new policy would have earned in the places of a log, as a table or JSON.

    Raises:
        ShopError: what `judge_log` refuses.
    """
    from shopwright.cli.recommendations import rules_file
    from shopwright.recommend.judged_log import judge_log, read_chances

    chances = None if against is None else read_chances(against)
    wanted = None if rules is None else rules_file(rules)
    made = judge_log(shop, log, chances, rules=wanted, days=days, clip=clip)
    if as_json:
        show_json(_as_json(made, shop))
        return
    found = made.found
    labels = {"ips": "IPS", "snips": "SNIPS", "dm": "DM", "dr": "DR", "switch-dr": "switch-DR"}
    rows = [(str(t("as logged: {policies}", policies=", ".join(made.policies))), f"{found.logged:.4f}", "–")]
    for name, value, low, high in found.table.select("estimator", "value", "low", "high").iter_rows():
        rows.append((str(t("new, by {estimator}", estimator=labels[name])), f"{value:.4f}", f"{low:.4f} – {high:.4f}"))
    columns = ((t("Policy"), False), (t("Bought, of each showing"), True), (t("95 % range"), True))
    show_table(t("What a new policy would have earned, as of {day}", day=shop.day.isoformat()), columns, rows)
    for note in (*found.warnings, *made.notes):
        say(note)
    say(
        t(
            "lists: {lists:,}; showings: {n:,}; effective sample {effective:,.0f}; mean weight {mean:.3f}",
            lists=made.n_lists,
            n=found.n,
            effective=found.effective,
            mean=found.mean_weight,
        )
    )
    say(made.how)


def _as_json(made: JudgedLog, shop: Shop) -> dict[str, object]:
    found = made.found
    return {
        "as_of": shop.day.isoformat(),
        "policies": list(made.policies),
        "logged": found.logged,
        "lists": made.n_lists,
        "showings": found.n,
        "days": made.days,
        "effective": found.effective,
        "mean_weight": found.mean_weight,
        "table": found.table.to_dicts(),
        "warnings": [text.as_json() for text in found.warnings],
        "notes": [text.as_json() for text in made.notes],
        "how": made.how.as_json(),
    }
