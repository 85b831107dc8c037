"""Running every check over a shop."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

from shopwright.i18n import t
from shopwright.progress import step
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import SEVERITIES
from shopwright.shop.check.registry import CHECKS
from shopwright.shop.check.report import Report
from shopwright.shop.shop import Shop

__all__ = ["check"]


def check(shop: Shop, *, today: date | None = None) -> Report:
    """Look for what is wrong with a shop's tables.

    Args:
        shop: the shop; `shop.until(day)` is checked as it was known then.
        today: later dates count as future; the current day where it is not given.
    """
    begun = time.monotonic()
    facts = Facts(shop, today or datetime.now(UTC).astimezone(shop.settings.zone).date())
    found = []
    with step(t("Checking the tables"), total=len(CHECKS)) as bar:
        for one in CHECKS:
            found += list(one.find(facts))
            bar.advance()
    found.sort(key=lambda finding: (-SEVERITIES.index(finding.severity), -finding.share, finding.code, finding.table))
    return Report(
        findings=tuple(found),
        rows_checked=sum(facts.rows(name) for name in shop.tables),
        as_of=facts.day,
        seconds=time.monotonic() - begun,
        shop=shop.settings.shop.name,
        place=facts.place,
    )
