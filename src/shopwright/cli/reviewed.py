"""How an analysis of reviews is shown on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.cli.show import say, show_table, show_text
from shopwright.cli.wrapping import TITLE, shortened
from shopwright.i18n import Text, t
from shopwright.reviews.aspect_counts import TOPIC_OF, TOPICS
from shopwright.reviews.findings import few, named_themes, none_warned, sized, suspects, suspicions, to_fix, warned
from shopwright.reviews.hazards import label
from shopwright.reviews.quotes import masked
from shopwright.reviews.theme_table import COMPLAINT, PRAISE
from shopwright.reviews.unpriced import unpriced
from shopwright.shop.money import Money
from shopwright.shop.schema import names as c

if TYPE_CHECKING:
    from shopwright.reviews import Analysis
    from shopwright.reviews.summary import Point

__all__ = ["REASONS", "TRENDS", "show_analysis", "show_product"]

TRENDS = {"rising": t("rising"), "falling": t("falling")}
SIZES = {"small": t("runs small"), "large": t("runs large"), "true": t("true to size")}
REASONS = {
    "is_duplicate": t("repeats another"),
    "is_burst": t("one of a burst"),
    "is_incentivised": t("speaks of a reward"),
}


def show_analysis(found: Analysis, top: int) -> None:
    """Themes, warnings, what to mend first, sizes and suspicious reviews, each as a table; talk goes to stderr."""
    _show_themes(found, top)
    _show_warnings(found, warned(found).head(top))
    _show_fixes(found, to_fix(found).head(top))
    for each in unpriced(found):
        show_text(t("not in this table: {fault}", fault=each.text))
    _show_sizes(found, top)
    _show_suspects(found, top)
    for note in found.notes:
        say(note)
    if found.hazards is not None:
        say(found.hazards.how)
    if found.costs is not None:
        say(found.costs.how)


def show_product(found: Analysis, sku: str) -> None:
    """Pros and cons of one product, its topics, warnings, costs and sizes."""
    said = found.summaries.get(sku)
    if said is not None:
        show_text(t("{product}: {summary}", product=found.title(sku), summary=said.text))
    if said is not None and said.note is None:
        columns = ((t("Liked or criticised"), False), (t("Theme"), False), (t("Reviews"), True), (t("Quotes"), False))
        parts = ((t("liked"), said.pros), (t("criticised"), said.cons))
        show_table(t("What several say"), columns, (_said(side, point) for side, points in parts for point in points))
    if found.aspects is not None:
        names = ((t("Topic"), False), (t("Reviews"), True), (t("Well"), True), (t("Badly"), True))
        mine = found.aspects.filter(pl.col(c.SKU) == sku).iter_rows(named=True)
        rows = (
            (str(TOPICS[row["topic"]]), *(f"{row[n]:,}" for n in ("n", "n_positive", "n_negative"))) for row in mine
        )
        show_table(t("Topics, and in how many reviews they are spoken of well and badly"), names, rows)
    _show_warnings(found, warned(found).filter(pl.col(c.SKU) == sku), sku)
    if found.costs is not None:
        _show_costs(found, found.costs.products.filter(pl.col(c.SKU) == sku))
        for each in (each for each in unpriced(found) if sku in each.skus):
            show_text(t("not in this table: {fault}", fault=each.text))
        show_text(_beside_topics())
    if found.signals is not None:
        (row,) = found.signals.filter(pl.col(c.SKU) == sku).iter_rows(named=True)
        show_text(_size(row))
    for note in found.notes:
        say(note)


def _beside_topics() -> Text:
    return t(
        "Topics count every review that speaks of a subject, sentence by sentence; a fault counts those that name one"
        " thing that goes wrong, from lists of words, whatever their stars. Each fault is part of a topic, which counts"
        " at least as many reviews."
    )


def _said(side: Text, point: Point) -> Sequence[str]:
    return str(side), point.name, f"{point.n:,}", " | ".join(f"“{quote}”" for quote in point.quotes)


def _size(row: dict[str, Any]) -> Text:
    advice = row["size_advice"]
    return t(
        "Size: {advice} (small {small:,}, large {large:,}, true to size {true:,})",
        advice=SIZES[advice] if advice else t("too few say, or they differ"),
        small=row["n_small"],
        large=row["n_large"],
        true=row["n_true"],
    )


def _show_themes(found: Analysis, top: int) -> None:
    columns = (
        (t("Theme"), False),
        (t("Reviews"), True),
        (t("Praise"), True),
        (t("Complaints"), True),
        (t("Complaints, trend"), False),
        (t("In their words"), False),
    )
    themes = named_themes(found)
    if found.themes is not None and found.themes.note is not None:
        show_text(found.themes.note)
        return
    rows = (
        (
            row["name"],
            f"{row['n']:,}",
            f"{row['n_praise']:,}",
            f"{row['n_complaints']:,}",
            str(TRENDS.get(row["trend"] or "", "")),
            " | ".join(f"“{quote}”" for quote in (*row[COMPLAINT][:1], *row[PRAISE][:1])),
        )
        for row in themes.head(top).iter_rows(named=True)
    )
    title = t(
        "What {n:,} reviews praise and complain of, as of {day}: the {top:,} of {all:,} themes complained of most",
        n=found.reviews.height,
        day="-" if found.as_of is None else found.as_of.isoformat(),
        top=min(top, themes.height),
        all=themes.height,
    )
    show_table(title, columns, rows)


def _show_warnings(found: Analysis, rows: pl.DataFrame, sku: str | None = None) -> None:
    if rows.is_empty():
        show_text(none_warned(found, sku))
        return
    columns = (
        (t("SKU"), False),
        (t("Product"), False),
        (t("Theme"), False),
        (t("First seen"), False),
        (t("Alarm"), False),
        (t("Complaints"), True),
        (t("Expected"), True),
        (t("In their words"), False),
    )
    shown = (
        (
            row[c.SKU],
            shortened(found.title(row[c.SKU]), TITLE),
            str(label(row["theme"])),
            row["first_seen"].isoformat(),
            str(t("to watch")) if row["alarm"] is None else row["alarm"].isoformat(),
            f"{row['n']:,}",
            few(row["expected"]),
            " | ".join(f"“{quote}”" for quote in row["quotes"][:2]),
        )
        for row in rows.iter_rows(named=True)
    )
    show_table(t("Warnings: faults that begin, and dangers that are named"), columns, shown)


def _show_fixes(found: Analysis, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        show_text(t("What to mend first: no fault takes stars or money beyond chance."))
        return
    columns = (
        (t("Fault"), False),
        (t("Reviews"), True),
        (t("Stars"), True),
        (t("90 % interval"), True),
        (t("Lost in 28 days"), True),
        (t("Range"), True),
    )
    shown = (
        (
            str(label(row["theme"])),
            f"{row['n']:,}",
            f"{row[c.STARS]:+.2f}",
            f"{row['stars_low']:+.2f} … {row['stars_high']:+.2f}",
            _money(row["money"], found.currency),
            f"{_money(row['money_low'], found.currency)} … {_money(row['money_high'], found.currency)}",
        )
        for row in rows.iter_rows(named=True)
    )
    show_table(t("What to mend first: stars and money that go along with each fault"), columns, shown)


def _show_costs(found: Analysis, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    columns = (
        (t("Fault"), False),
        (t("Part of the topic"), False),
        (t("Reviews"), True),
        (t("Stars lost"), True),
        (t("Lost in 28 days"), True),
    )
    shown = (
        (
            str(label(row["theme"])),
            str(TOPICS[TOPIC_OF[row["theme"]]]),
            f"{row['n']:,}",
            "-" if row["stars_lost"] is None else f"{row['stars_lost']:.2f}",
            _money(row["money"], found.currency),
        )
        for row in rows.iter_rows(named=True)
    )
    show_table(t("What its faults cost"), columns, shown)


def _show_sizes(found: Analysis, top: int) -> None:
    table = sized(found).head(top)
    if table.is_empty():
        return
    columns = (
        (t("SKU"), False),
        (t("Product"), False),
        (t("Size advice"), False),
        (t("Say small"), True),
        (t("Say large"), True),
        (t("Say true"), True),
    )
    shown = (
        (
            row[c.SKU],
            shortened(found.title(row[c.SKU]), TITLE),
            str(SIZES[row["size_advice"]]),
            *(f"{row[n]:,}" for n in ("n_small", "n_large", "n_true")),
        )
        for row in table.iter_rows(named=True)
    )
    show_table(t("Sizes"), columns, shown)


def _show_suspects(found: Analysis, top: int) -> None:
    table, counts = suspects(found).head(top), suspicions(found)
    for reason, n in counts.items():
        say(t("suspicious reviews, {reason}: {n:,}", reason=REASONS[reason], n=n))
    if table.is_empty():
        return
    columns = ((t("Review"), False), (t("SKU"), False), (t("Why"), False), (t("In their words"), False))
    shown = (
        (
            row[c.REVIEW] or "-",
            row[c.SKU] or "-",
            ", ".join(str(label) for reason, label in REASONS.items() if row[reason]),
            masked(row[c.TEXT]),
        )
        for row in table.iter_rows(named=True)
    )
    show_table(t("Suspicious reviews, the latest; flagged, never dropped"), columns, shown)


def _money(amount: float | None, currency: str) -> str:
    return "-" if amount is None else str(Money(amount, currency))
