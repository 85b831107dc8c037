"""How good recommendations were on the shop's own last orders: all lists in a table, charts, classes, examples."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from shopwright.i18n import Text, t
from shopwright.recommend.classes import CUSTOMER_CLASSES, ITEM_CLASSES
from shopwright.recommend.evaluation import MEASURES, OURS
from shopwright.seeds import generator
from shopwright.shop.money import Figure
from shopwright.shop.schema import names as c
from shopwright.strategy.page import Block, Cell, Chart, Col, Details, Note, Section, Table

if TYPE_CHECKING:
    from shopwright.recommend.evaluation import Evaluation

__all__ = ["recommended_sections"]

DIGITS = {
    "recall": ".3f",
    "ndcg": ".3f",
    "mrr": ".3f",
    "hit": ".1%",
    "coverage": ".1%",
    "novelty": ".1f",
    "gini": ".2f",
}
EXAMPLES, SHOWN, TOLD = 5, 8, 5


def recommended_sections(found: Evaluation, named: Mapping[str, str]) -> list[Section]:
    """A whole report of an evaluation.

    Args:
        found: the evaluation.
        named: titles of products.
    """
    judged: tuple[Block, ...] = (
        _overall(found),
        Chart(_ranges(t("Recall")), partial(found.chart, "models", "recall")),
        Chart(_ranges(t("NDCG, which counts the first places more")), partial(found.chart, "models", "ndcg")),
        _versus(found),
        Details(t("How it was judged"), (found.how, *found.notes, *_words())),
    )
    return [
        Section("judged", t("How good the recommendations were"), judged, _figures(found), found.summary()),
        Section("customers", t("By customer: how much is known"), _by_customer(found)),
        Section("products", t("By product: how well it sells"), _by_item(found)),
        Section("variety", t("Who gets the places"), (_exposure(found),)),
        Section("examples", t("Examples"), _examples(found, named)),
    ]


def _figures(found: Evaluation) -> tuple[Figure, ...]:
    if found.as_of is None:  # a figure stands under a day
        return ()
    other = found.best_other()
    told = [
        (t("Bought one of the first {k}", k=found.main_k), f"{found.value(OURS, 'hit'):.0%}"),
        (t("The same with “{other}”", other=found.name(other)), f"{found.value(other, 'hit'):.0%}"),
        (t("Of the catalogue ever shown"), f"{found.value(OURS, 'coverage'):.0%}"),
        (t("Customers judged"), f"{found.asked.height:,}"),
    ]
    return tuple(Figure(name, value, "", found.as_of, found.how) for name, value in told)


def _ranges(measure: Text) -> Text:
    return t("{measure}: the dot, and the line that holds it in 95 of 100 draws of customers", measure=measure)


def _overall(found: Evaluation) -> Table:
    """Every measure of every model at the main k."""
    columns = (Col(t("List")), *(Col(label, is_number=True) for label in MEASURES.values()))
    rows: list[list[Cell]] = [
        [found.name(model), *(format(found.value(model, name), DIGITS[name]) for name in MEASURES)]
        for model in found.models
    ]
    return Table(t("All lists, the first {k} of each", k=found.main_k), columns, rows)


def _versus(found: Evaluation) -> Table:
    """The difference to each other model, with its range, at the main k."""
    rows: list[list[Cell]] = []
    for model in found.models:
        cells: list[Cell] = [found.name(model)]
        for metric in ("recall", "ndcg"):
            is_it = (pl.col("model") == model) & (pl.col("metric") == metric) & (pl.col("k") == found.main_k)
            for row in found.versus.filter(is_it).iter_rows(named=True):
                cells += [f"{row['difference']:+.3f}", f"{row['low']:+.3f} … {row['high']:+.3f}"]
        if len(cells) > 1:
            rows.append(cells)
    columns = (
        Col(t("Shopwright less")),
        Col(t("Recall"), is_number=True),
        Col(t("its range"), is_number=True),
        Col(Text.literal("NDCG"), is_number=True),
        Col(t("its range"), is_number=True),
    )
    return Table(t("Difference to each other list; a range that holds 0 is not told apart from chance"), columns, rows)


def _words() -> tuple[Text, ...]:
    return (
        t("Recall: share of what a customer then bought that stands in the list"),
        t("NDCG: the same, first places counting more, against the best list there could be"),
        t("MRR: one over the place of the first product bought; 0 where none was"),
        t("Hit rate: share of customers who bought at least one product of the list"),
        t("Novelty: how rare what is shown is; one bit more is half as well known"),
        t("Gini: 0 where all products get as many places, near 1 where few get all"),
    )


def _by_customer(found: Evaluation) -> tuple[Block, ...]:
    caption = t("Recall by how much a customer had bought before; in brackets the number of customers")
    table = _classes(found, found.by_customer, CUSTOMER_CLASSES, "ndcg", t("NDCG by class of customer"))
    return (Chart(caption, partial(found.chart, "customers", "recall")), table)


def _by_item(found: Evaluation) -> tuple[Block, ...]:
    caption = t("Recall of what was bought of each class of product; in brackets the customers who bought of it")
    table = _classes(found, found.by_item, ITEM_CLASSES, "hit", t("Hit rate by class of what was bought"))
    return (Chart(caption, partial(found.chart, "items", "recall")), table)


def _classes(found: Evaluation, table: pl.DataFrame, labels: Mapping[str, Text], metric: str, caption: Text) -> Table:
    """One row for each class that holds anybody, one column for each model."""
    rows: list[list[Cell]] = []
    for name, label in labels.items():
        inside = table.filter((pl.col("class") == name) & (pl.col("metric") == metric) & (pl.col("k") == found.main_k))
        if inside.height:
            values = dict(inside.select("model", "value").iter_rows())
            told = [format(values[model], DIGITS[metric]) for model in found.models]
            rows.append([label, int(inside["n"][0]), *told])
    columns = (
        Col(t("Class")),
        Col(t("Customers"), is_number=True),
        *(Col(found.name(model), is_number=True) for model in found.models),
    )
    return Table(caption, columns, rows)


def _exposure(found: Evaluation) -> Chart:
    caption = t(
        "Share of all places that go to the products shown least, of {n:,}; the nearer to the dashed line, the more "
        "evenly (in brackets Gini's coefficient)",
        n=found.n_items,
    )
    return Chart(caption, partial(found.chart, "exposure"))


def _examples(found: Evaluation, named: Mapping[str, str]) -> tuple[Block, ...]:
    """Five customers, drawn and not chosen, with what they had bought, were shown and then bought."""
    known = found.asked.filter(pl.col("n") > 0)
    order = generator(0, "recommend", "examples").permutation(known.height)[:EXAMPLES]
    lists = found.lists.filter((pl.col("model") == OURS) & (pl.col("rank") <= SHOWN))
    said = t("Five customers, drawn by chance: what they had bought, what they would have been shown, what they bought")
    return (Note(said), *(_example(found, row, lists, named) for row in known[sorted(order)].iter_rows(named=True)))


def _example(found: Evaluation, row: Mapping[str, object], lists: pl.DataFrame, named: Mapping[str, str]) -> Table:
    bought = found.truth.filter(pl.col("position") == row["position"])[c.SKU].to_list()
    shown = lists.filter(pl.col("position") == row["position"]).sort("rank")
    rows: list[list[Cell]] = [
        [
            named.get(sku, sku),
            Text.from_json(why) if why else None,
            t("yes") if sku in bought else t("no"),
        ]
        for sku, why in shown.select(c.SKU, "why").iter_rows()
    ]
    before = list(row["skus"]) if isinstance(row["skus"], list) else []
    caption = t(
        "Customer {customer}; had bought {n:,}, last: {before}; then bought {n_then:,}: {then}",
        customer=row[c.CUSTOMER],
        n=row["n"],
        before=_told(before[::-1], named),
        n_then=len(bought),
        then=_told(bought, named),
    )
    return Table(caption, (Col(t("Shown")), Col(t("Why")), Col(t("Then bought"))), rows)


def _told(skus: list[str], named: Mapping[str, str]) -> str:
    """The first few titles, and dots where there are more."""
    distinct = list(dict.fromkeys(skus))
    told = " · ".join(named.get(sku, sku) for sku in distinct[:TOLD])
    return f"{told} …" if len(distinct) > TOLD else told
