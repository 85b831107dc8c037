"""What customers praise and complain of, which fault begins, and what to mend first."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.charts.reviews import complaints_chart, themes_chart
from shopwright.i18n import Text, t
from shopwright.reviews.findings import few, named_themes, none_warned, sized, suspicions, to_fix, warned
from shopwright.reviews.hazards import label
from shopwright.reviews.theme_table import COMPLAINT, PRAISE
from shopwright.reviews.unpriced import unpriced
from shopwright.shop.money import Gain, Money
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Cell, Chart, Col, Details, Note, Table, span

if TYPE_CHECKING:
    from shopwright.reviews import Analysis

__all__ = ["finding_blocks"]

SHOWN, DRAWN, STRIPS, LEAST_MONTHS = 10, 8, 3, 3
SIZES = {"small": t("runs small"), "large": t("runs large")}
FLAGS = {
    "is_duplicate": t("repeats another"),
    "is_burst": t("one of a burst"),
    "is_incentivised": t("speaks of a reward"),
}


def finding_blocks(found: Analysis, as_of: date) -> list[Block]:
    """Warnings, themes with charts and quotes, faults by cost, sizes, suspicious reviews; empty ones left out."""
    if found.reviews.is_empty():
        return []
    blocks: list[Block] = [_warnings(found), *_themes(found, as_of)]
    fixes, sizes = to_fix(found), sized(found)
    if fixes.height:
        blocks.append(_fixes(found, fixes))
    if missing := unpriced(found):
        title = t("Warned of, but not among what to mend first: no stars or money can be put on it")
        blocks.append(Details(title, tuple(each.text for each in missing)))
    if sizes.height:
        blocks.append(_sizes(found, sizes))
    flagged = {reason: n for reason, n in suspicions(found).items() if n}
    if flagged:
        points = tuple(t("{n:,} reviews: {why}", n=n, why=FLAGS[reason]) for reason, n in flagged.items())
        blocks.append(Details(t("Suspicious reviews: flagged, never dropped"), points))
    return [*blocks, Details(t("How reviews are read"), _how(found))]


def _how(found: Analysis) -> tuple[Text, ...]:
    read = int(found.reviews["is_read"].sum())
    told = t(
        "{n:,} reviews up to {day}, the mood of {read:,} of them read from their text; themes are groups of sentences,"
        " named by the words that tell them apart",
        n=found.reviews.height,
        day="-" if found.as_of is None else found.as_of.isoformat(),
        read=read,
    )
    hows = [part.how for part in (found.hazards, found.costs) if part is not None]
    return (told, *hows)


def _warnings(found: Analysis) -> Block:
    rows = warned(found)
    if rows.is_empty():
        return Note(none_warned(found))
    cells: list[tuple[Cell, ...]] = [
        (
            found.title(row[c.SKU]),
            label(row["theme"]),
            row["first_seen"].isoformat(),
            t("to watch") if row["alarm"] is None else row["alarm"].isoformat(),
            row["n"],
            few(row["expected"]),
            _quoted(row["quotes"][:2]),
        )
        for row in rows.head(SHOWN).iter_rows(named=True)
    ]
    columns = (
        Col(t("Product")),
        Col(t("Theme")),
        Col(t("First seen"), is_code=True),
        Col(t("Alarm"), is_code=True),
        Col(t("Complaints"), is_number=True),
        Col(t("Expected"), is_number=True),
        Col(t("In their words")),
    )
    return Table(t("Warnings: faults that begin, and dangers that are named"), columns, cells, _more(rows))


def _themes(found: Analysis, as_of: date) -> list[Block]:
    themes = named_themes(found)
    if found.themes is not None and found.themes.note is not None:
        return [Note(found.themes.note)]
    drawn = themes.filter(pl.col("n") > 0)
    if drawn.is_empty():
        return []
    head = drawn.head(DRAWN)
    sides = [head[name].to_list() for name in ("name", "n_praise", "n_complaints")]
    caption = t("What reviews praise and complain of: reviews by theme, as of {day}", day=as_of.isoformat())
    blocks: list[Block] = [Chart(caption, partial(themes_chart, *sides))]
    course = _course(found, drawn.head(STRIPS))
    if course["month"].n_unique() >= LEAST_MONTHS:
        blocks.append(
            Chart(t("Share of reviews that complain, by month"), partial(complaints_chart, course), ends_now=True)
        )
    is_dated = found.reviews[c.DAY].null_count() < found.reviews.height
    trends = {"rising": t("rising"), "falling": t("falling")}
    cells: list[tuple[Cell, ...]] = [
        (
            row["name"],
            row["n"],
            row["n_praise"],
            row["n_complaints"],
            *([trends.get(row["trend"] or "", "")] if is_dated else []),
            _quoted(row[COMPLAINT][:1]),
            _quoted(row[PRAISE][:1]),
        )
        for row in drawn.head(SHOWN).iter_rows(named=True)
    ]
    columns = (
        Col(t("Theme")),
        Col(t("Reviews"), is_number=True),
        Col(t("Praise"), is_number=True),
        Col(t("Complaints"), is_number=True),
        *([Col(t("Complaints, trend"))] if is_dated else []),
        Col(t("A complaint")),
        Col(t("A praise")),
    )
    title = t("Themes, those with most complaints first")
    if is_dated:
        title = t("Themes, those with most complaints first; trend: last 90 days against before, beyond chance")
    return [*blocks, Table(title, columns, cells, _more(drawn))]


def _course(found: Analysis, chosen: pl.DataFrame) -> pl.DataFrame:
    """Share of complaints of each chosen theme in each month with reviews."""
    months = found.reviews.drop_nulls(c.DAY).group_by(pl.col(c.DAY).dt.truncate("1mo").alias("month")).len("reviews")
    grid = chosen.select("theme", "name").with_row_index("rank").join(months, how="cross")
    told = grid.join(found.months.select("theme", "month", "n_complaints"), on=["theme", "month"], how="left")
    share = pl.col("n_complaints").fill_null(0) / pl.col("reviews")
    return told.sort("rank", "month").select("name", "month", share.alias("share"))


def _fixes(found: Analysis, fixes: pl.DataFrame) -> Table:
    is_priced = fixes["money"].null_count() < fixes.height
    cells: list[tuple[Cell, ...]] = [
        (
            label(row["theme"]),
            row["n"],
            row[c.STARS],
            f"{row['stars_low']:+.2f} … {row['stars_high']:+.2f}",
            *(_lost(row, found.currency) if is_priced else ()),
        )
        for row in fixes.head(SHOWN).iter_rows(named=True)
    ]
    columns = (
        Col(t("Fault")),
        Col(t("Reviews"), is_number=True),
        Col(t("Stars"), is_number=True, digits=2),
        Col(t("90 % interval"), is_number=True),
        *([Col(t("Lost in 28 days"), is_number=True), Col(t("Range"), is_number=True)] if is_priced else []),
    )
    title = t("What to mend first: stars that go along with each fault")
    if is_priced:
        title = t("What to mend first: stars and money that go along with each fault")
    return Table(title, columns, cells, _more(fixes))


def _sizes(found: Analysis, sizes: pl.DataFrame) -> Table:
    cells: list[tuple[Cell, ...]] = [
        (found.title(row[c.SKU]), SIZES[row["size_advice"]], *(row[n] for n in ("n_small", "n_large", "n_true")))
        for row in sizes.head(SHOWN).iter_rows(named=True)
    ]
    columns = (
        Col(t("Product")),
        Col(t("Size advice")),
        Col(t("Say small"), is_number=True),
        Col(t("Say large"), is_number=True),
        Col(t("Say true"), is_number=True),
    )
    return Table(t("Products whose sizes run small or large, by what reviews say"), columns, cells, _more(sizes))


def _more(rows: pl.DataFrame) -> Text | None:
    return t("all {n:,}: shopwright reviews SHOP --json", n=rows.height) if rows.height > SHOWN else None


def _lost(row: dict[str, Any], currency: str) -> tuple[Cell, Cell]:
    if row["money"] is None:
        return None, None
    return Money(row["money"], currency), span(Gain(row["money_low"], row["money"], row["money_high"], currency))


def _quoted(quotes: list[str]) -> str:
    return " ".join(f"“{quote}”" for quote in quotes)
