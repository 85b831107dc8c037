"""What an evaluation found: how good each model's lists were, for whom, of what, and the lists themselves."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from shopwright.i18n import Text, t

__all__ = ["MEASURES", "NAMES", "OURS", "Evaluation"]

OURS = "shopwright"
NAMES: Mapping[str, Text] = {
    OURS: t("Shopwright"),
    "popular_week": t("popular, last 7 days"),
    "popular": t("popular, all time"),
    "popular_by_category": t("popular in the customer's categories"),
    "repeat": t("bought before, again"),
    "item_knn": t("bought by the same people (item-kNN)"),
}
MEASURES: Mapping[str, Text] = {
    "recall": t("Recall"),
    "ndcg": Text.literal("NDCG"),
    "mrr": Text.literal("MRR"),
    "hit": t("Hit rate"),
    "coverage": t("Catalogue shown"),
    "novelty": t("Novelty, bits"),
    "gini": t("Gini of places"),
}
FORMS = {"recall": ".3f", "ndcg": ".3f", "mrr": ".3f", "hit": ".1%", "coverage": ".1%", "novelty": ".1f", "gini": ".2f"}


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How good recommendations were on purchases that their models had not seen.

    Attributes:
        table: model, metric, k, value, low, high (95 % by bootstrap over customers; null for coverage and gini),
            n (customers).
        versus: model, metric, k, difference (ours less the model's), low, high, from paired draws: above zero on both
            sides, ours is better by more than chance.
        by_customer: the table by class: purchases before the cut: 0, 1-2, 3-9, 10+.
        by_item: recall and hit rate by class of what was bought: head, middle, tail, never (sold before).
        lists: model, position, customer, rank, sku, score, why: what each model would have shown.
        asked: position, customer, n (purchases before), skus (the last of them, latest last).
        truth: position, sku: what was bought then.
        k: lengths of the lists that were judged.
        n_items: products that could be shown.
        exclude_seen: whether what a customer had bought before was neither shown nor counted.
        cut: last day that models learned from; None where each customer's last purchase was held out.
        as_of: last day of the purchases; None where they have an order and no days.
        how: how it was judged.
        notes: what to know beside: baselines that could not be judged.
    """

    table: pl.DataFrame
    versus: pl.DataFrame
    by_customer: pl.DataFrame
    by_item: pl.DataFrame
    lists: pl.DataFrame
    asked: pl.DataFrame
    truth: pl.DataFrame
    k: tuple[int, ...]
    n_items: int
    exclude_seen: bool
    cut: date | None
    as_of: date | None
    how: Text
    notes: tuple[Text, ...] = field(default=())

    @property
    def models(self) -> list[str]:
        """Names of the models, ours first, then those asked for, then the baselines."""
        return self.table["model"].unique(maintain_order=True).to_list()

    @property
    def main_k(self) -> int:
        """The length that is shown first: 10 where it was judged, else the middle one."""
        return 10 if 10 in self.k else sorted(self.k)[len(self.k) // 2]

    def name(self, model: str) -> Text:
        """A model's name for people."""
        return NAMES.get(model) or Text.literal(model)

    def value(self, model: str, metric: str, k: int | None = None) -> float:
        """One number of the table; `k` None: the main one. NaN: novelty of a model that shows nothing."""
        at = self.main_k if k is None else k
        is_it = (pl.col("model") == model) & (pl.col("metric") == metric) & (pl.col("k") == at)
        found = self.table.filter(is_it)["value"].item()
        return math.nan if found is None else float(found)

    def best_other(self, metric: str = "ndcg") -> str:
        """The strongest model beside ours."""
        return max((model for model in self.models if model != OURS), key=lambda model: self.value(model, metric))

    def summary(self) -> Text:
        """The evaluation in a sentence: ours against the best other, and whether the difference is more than chance."""
        other = self.best_other()
        is_it = (pl.col("model") == other) & (pl.col("metric") == "ndcg") & (pl.col("k") == self.main_k)
        row = self.versus.filter(is_it).row(0, named=True)
        verdict = (
            t("better by more than chance")
            if row["low"] > 0
            else t("worse by more than chance")
            if row["high"] < 0
            else t("not told apart from chance")
        )
        return t(
            "Of {n:,} customers, {hit:.0%} bought at least one of the {k} products that Shopwright would have shown "
            "them (NDCG {ours:.3f}); the best of the other lists, “{other}”: {other_hit:.0%} (NDCG {theirs:.3f}). "
            "Shopwright is {verdict}: {difference:+.3f}, range {low:+.3f} to {high:+.3f}",
            n=self.asked.height,
            hit=self.value(OURS, "hit"),
            k=self.main_k,
            ours=self.value(OURS, "ndcg"),
            other=self.name(other),
            other_hit=self.value(other, "hit"),
            theirs=self.value(other, "ndcg"),
            verdict=verdict,
            difference=row["difference"],
            low=row["low"],
            high=row["high"],
        )

    def chart(self, of: str = "models", metric: str = "recall") -> Any:
        """A chart (Altair) at the main k.

        Args:
            of: "models" (a measure with its interval by model), "customers" or "items" (by class), or "exposure" (how
                evenly places go to products).
            metric: recall, ndcg, mrr or hit; of items: recall or hit.

        Raises:
            UsageError: there is no such chart.
        """
        from shopwright.recommend.pictures import picture

        return picture(self, of, metric)

    def rows(self, k: int | None = None) -> list[tuple[str, ...]]:
        """One row of texts for each model: its name and every measure at `k`; see `MEASURES` for the order."""
        at = self.main_k if k is None else k
        return [
            (str(self.name(model)), *(_told(self.value(model, name, at), FORMS[name]) for name in MEASURES))
            for model in self.models
        ]

    def __str__(self) -> str:
        heads = (str(t("k = {k}", k=self.main_k)), *(str(name) for name in MEASURES.values()))
        lines = [heads, *self.rows()]
        wide = [max(len(line[at]) for line in lines) for at in range(len(heads))]
        told = [
            "  ".join([line[0].ljust(wide[0]), *(cell.rjust(w) for cell, w in zip(line[1:], wide[1:], strict=True))])
            for line in lines
        ]
        return "\n".join([str(self.summary()), *told, *map(str, self.notes), str(self.how)])

    def __repr__(self) -> str:
        return f"<Evaluation: {self.summary()}>"

    def _repr_html_(self) -> str:
        heads = (str(t("k = {k}", k=self.main_k)), *(str(name) for name in MEASURES.values()))
        head = "".join(f"<th>{html.escape(name)}</th>" for name in heads)
        body = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in self.rows())
        said = str(self.summary())
        if self.as_of is not None:
            said += f" ({t('as of {day}', day=self.as_of.isoformat())})"
        below = "".join(f"<p>{html.escape(str(text))}</p>" for text in (*self.notes, self.how))
        return f"<table><caption>{html.escape(said)}</caption><tr>{head}</tr>{body}</table>{below}"


def _told(value: float, form: str) -> str:
    return "–" if math.isnan(value) else format(value, form)
