"""What all checks found, as a value that shows itself as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from shopwright.i18n import Text, t
from shopwright.settings import titled
from shopwright.shop.check.finding import SEVERITIES, Finding, Severity
from shopwright.shop.schema import TABLES

__all__ = ["Report", "severity_label", "shown"]


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of one run.

    Attributes:
        findings: the worst first.
        rows_checked: rows of all tables together.
        as_of: last day of the data.
        seconds: how long it took.
        shop: the shop's name.
        place: the shop's folder, as commands take it.
    """

    findings: tuple[Finding, ...]
    rows_checked: int
    as_of: date
    seconds: float
    shop: str
    place: str = "SHOP"

    @property
    def worst(self) -> Severity | None:
        """The worst severity among the findings; None where there are none."""
        return max((finding.severity for finding in self.findings), key=SEVERITIES.index, default=None)

    @property
    def is_blocking(self) -> bool:
        """Whether a plan made from these tables would be wrong."""
        return self.worst == "blocking"

    def count(self, severity: Severity) -> int:
        """Number of findings of one severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity == severity)

    @property
    def summary(self) -> Text:
        """One sentence that says it all."""
        if not self.findings:
            return t("{n:,} rows checked, nothing found", n=self.rows_checked)
        return t(
            "{n:,} rows checked: {blocking} blocking, {warnings} warnings, {notes} notes",
            n=self.rows_checked,
            blocking=self.count("blocking"),
            warnings=self.count("warning"),
            notes=self.count("info"),
        )

    @property
    def title(self) -> Text:
        """The shop's name as a title."""
        return titled(self.shop)

    def as_json(self) -> dict[str, Any]:
        """All parts, texts in both languages."""
        return {
            "format": 1,
            "shop": self.shop,
            "as_of": self.as_of.isoformat(),
            "rows_checked": self.rows_checked,
            "seconds": round(self.seconds, 3),
            "worst": self.worst,
            "counts": {severity: self.count(severity) for severity in SEVERITIES},
            "findings": [finding.as_json() for finding in self.findings],
        }

    def lines(self, limit: int | None = None) -> Iterator[str]:
        """The report as lines of plain text in the language in force, at most `limit` findings."""
        yield str(t("{shop}, as of {day}", shop=self.title, day=self.as_of))
        yield str(self.summary)
        for finding in self.findings[:limit]:
            yield ""
            yield from _lines(finding)
        left = len(self.findings) - len(self.findings[:limit])
        if left:
            yield ""
            yield str(t("and {n} more", n=left))

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def _repr_html_(self) -> str:
        from shopwright.i18n import current
        from shopwright.shop.check.page import fragment

        return fragment(self, current())


def severity_label(severity: Severity) -> Text:
    """The severity in words."""
    return {"blocking": t("blocking"), "warning": t("warning"), "info": t("note")}[severity]


def shown(value: Any) -> str:
    """A value of an example as people write it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if value.is_integer() else f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    return str(value)


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{str(severity_label(finding.severity)).upper()}  {finding.code}  {TABLES[finding.table].label}"
    yield f"  {finding.title}"
    for row in finding.examples:
        told = " · ".join(shown(value) for value in row.values() if value is not None)
        # Values come from files of others: nothing in them may steer the terminal.
        yield "    " + "".join(sign if sign.isprintable() else " " for sign in told)
    yield f"  → {finding.advice}"
