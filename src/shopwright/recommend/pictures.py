"""An evaluation's charts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from shopwright.charts.recommend import classes_chart, exposure_chart, models_chart
from shopwright.errors import UsageError
from shopwright.i18n import Text, t
from shopwright.recommend.classes import CUSTOMER_CLASSES, ITEM_CLASSES
from shopwright.recommend.metrics import exposure

if TYPE_CHECKING:
    from shopwright.recommend.evaluation import Evaluation

__all__ = ["PICTURES", "picture"]

PICTURES = ("models", "customers", "items", "exposure")


def picture(found: Evaluation, of: str, metric: str) -> Any:
    """One of the charts; see `Evaluation.chart`.

    Raises:
        UsageError: there is no such chart, or no such measure has an interval (RECOMMEND-21).
    """
    is_known = of in PICTURES and metric in ("recall", "ndcg", "mrr", "hit")
    if not is_known or (of == "items" and metric not in ("recall", "hit")):
        raise UsageError(
            t("there is no chart of {metric} by {of}", metric=metric, of=of),
            why=t(
                "charts are {names}, of recall, ndcg, mrr or hit; of items: recall or hit", names=", ".join(PICTURES)
            ),
            fix=t("use one of these names"),
            code="RECOMMEND-21",
        )
    if of == "exposure":
        return _exposure(found)
    from shopwright.recommend.evaluation import MEASURES, OURS

    is_it = (pl.col("metric") == metric) & (pl.col("k") == found.main_k)
    names = {model: str(found.name(model)) for model in found.models}
    title = str(t("{measure} at {k}", measure=MEASURES[metric], k=found.main_k))
    named = pl.col("model").replace_strict(names, return_dtype=pl.String).alias("name")
    if of == "models":
        rows = found.table.filter(is_it).sort("value", descending=True, maintain_order=True)
        return models_chart(rows.select(named, "value", "low", "high"), title, names[OURS])
    table, labels = (found.by_customer, CUSTOMER_CLASSES) if of == "customers" else (found.by_item, ITEM_CLASSES)
    rows = table.filter(is_it)
    said = {name: _counted(rows, name, label) for name, label in labels.items()}
    label = pl.col("class").replace_strict(said, return_dtype=pl.String)
    return classes_chart(rows.select(label, named, "value", "low", "high"), title)


def _counted(rows: pl.DataFrame, name: str, label: Text) -> str:
    n = rows.filter(pl.col("class") == name)["n"]
    return str(t("{label} ({n:,})", label=label, n=int(n[0]) if n.len() else 0))


def _exposure(found: Evaluation) -> Any:
    shown = {
        str(found.name(model)): exposure(found.lists.filter(pl.col("model") == model), found.main_k)[
            "n_shown"
        ].to_list()
        for model in found.models
    }
    ginis = [found.value(model, "gini") for model in found.models]
    return exposure_chart(shown, ginis, found.n_items)
