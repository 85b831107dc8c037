"""What is wrong with a shop's tables, how bad it is, and what to do about it.

`check(shop)` runs every check of `registry.CHECKS` and returns a `Report`.
"""

from __future__ import annotations

from shopwright.shop.check.finding import SEVERITIES, Finding, Severity
from shopwright.shop.check.page import write
from shopwright.shop.check.report import Report
from shopwright.shop.check.run import check

__all__ = ["SEVERITIES", "Finding", "Report", "Severity", "check", "write"]
