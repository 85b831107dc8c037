"""How good lists of recommendations were: by model, by class, and how evenly places go to products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from shopwright.charts.theme import ACCENT, INK, MUTED, PALETTE, themed
from shopwright.i18n import t

__all__ = ["classes_chart", "exposure_chart", "models_chart"]

POINTS = 401  # of each exposure curve


def models_chart(rows: pl.DataFrame, title: str, ours: str) -> Any:
    """A measure by model: a dot with its interval as a line; ours in colour.

    Args:
        rows: name, value, low, high (null: no interval), in the order to show.
        title: of the axis.
        ours: the name to show in colour.
    """
    import altair as alt

    names = rows["name"].to_list()
    is_ours = alt.condition(alt.datum.name == ours, alt.value(ACCENT), alt.value(MUTED))
    y = alt.Y("name:N", sort=names, title=None, axis=alt.Axis(labelLimit=280))
    x = alt.X("value:Q", title=title, axis=alt.Axis(tickCount=6), scale=alt.Scale(zero=True))
    base = alt.Chart(rows.cast({"low": pl.Float64, "high": pl.Float64})).encode(y=y)
    whiskers = base.mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q", color=is_ours)
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(x=x, color=is_ours)
    numbers = base.mark_text(dy=-9, fontSize=11, color=INK).encode(x=x, text=alt.Text("value:Q", format=".3f"))
    return themed(whiskers + dots + numbers, width=420, height=max(80, 38 * len(names)))


def classes_chart(rows: pl.DataFrame, title: str) -> Any:
    """A measure by class, one dot with its interval for each model.

    Args:
        rows: class, name (of the model), value, low, high, in the order to show.
        title: of the axis.
    """
    import altair as alt

    classes = rows["class"].unique(maintain_order=True).to_list()
    names = rows["name"].unique(maintain_order=True).to_list()
    y = alt.Y("class:N", sort=classes, title=None, axis=alt.Axis(labelLimit=280))
    aside = alt.YOffset("name:N", sort=names)
    base = alt.Chart(rows).encode(y=y, yOffset=aside, color=_named(names))
    whiskers = base.mark_rule(strokeWidth=1.6).encode(x=alt.X("low:Q", title=title), x2="high:Q")
    dots = base.mark_point(filled=True, size=50, opacity=1).encode(
        x=alt.X("value:Q", title=title, axis=alt.Axis(tickCount=6), scale=alt.Scale(zero=True))
    )
    return themed(whiskers + dots, width=420, height=max(80, (12 * len(names) + 14) * len(classes)))


def exposure_chart(shown: Mapping[str, Sequence[int]], ginis: Sequence[float], n_items: int) -> Any:
    """Share of all places that go to the products shown least, as Lorenz drew it; on the diagonal all are alike.

    Args:
        shown: how often each product that was shown at all was shown, by name of the model.
        ginis: Gini's coefficient of each model, for the legend.
        n_items: products that could be shown; the others were never shown.
    """
    import altair as alt

    told = {f"{name} ({gini:.2f})": counts for (name, counts), gini in zip(shown.items(), ginis, strict=True)}
    data = pl.concat([_curve(name, counts, n_items) for name, counts in told.items()])
    percent = alt.Axis(format=".0%", tickCount=6)
    x = alt.X("products:Q", title=str(t("products, those shown least first")), axis=percent)
    y = alt.Y("places:Q", title=str(t("share of all places")), axis=percent)
    diagonal = alt.Chart(pl.DataFrame({"products": [0.0, 1.0], "places": [0.0, 1.0]}))
    even = diagonal.mark_line(color=MUTED, strokeDash=[4, 4], strokeWidth=1).encode(x=x, y=y)
    lines = alt.Chart(data).mark_line(strokeWidth=1.8).encode(x=x, y=y, color=_named(list(told)))
    return themed(even + lines, width=420, height=260)


def _named(names: Sequence[str]) -> Any:
    import altair as alt

    colours = [PALETTE[at % len(PALETTE)] for at in range(len(names))]
    legend = alt.Legend(columns=2, labelLimit=300)
    return alt.Color("name:N", title=None, scale=alt.Scale(domain=list(names), range=colours), legend=legend)


def _curve(name: str, counts: Sequence[int], n_items: int) -> pl.DataFrame:
    """Points of a Lorenz curve: share of products, share of places that they have together."""
    rising = pl.Series("n", sorted(counts), dtype=pl.Float64)
    never = max(n_items - rising.len(), 0)
    held = pl.concat([pl.Series("n", [0.0] * (never + 1)), rising]).cum_sum()
    n, total = held.len() - 1, max(float(held[-1]), 1.0)
    steps = sorted({round(at * n / (POINTS - 1)) for at in range(POINTS)})
    return pl.DataFrame(
        {
            "name": [name] * len(steps),
            "products": [at / max(n, 1) for at in steps],
            "places": held.gather(steps) / total,
        }
    )
