"""What the catalogue does not say, and SKUs written in two ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from shopwright.i18n import Text, t
from shopwright.shop.check.facts import Facts
from shopwright.shop.check.finding import Finding, examples
from shopwright.shop.schema import names as c

__all__ = ["missing", "similar_skus"]

TABLE = "products"


def missing(facts: Facts) -> Iterator[Finding]:
    """SKUs sold whose title, category or cost is not known."""
    if facts.sku_days.is_empty():
        return
    if not facts.has(TABLE):
        yield Finding(
            "CHECK-NO-PRODUCTS",
            "warning",
            t("there is no catalogue: titles, categories and costs of {n:,} SKUs are unknown", n=facts.skus.height),
            TABLE,
            0,
            1.0,
            t("import it: shopwright import products.csv --to {shop}", shop=facts.place),
            t("rows of the products table"),
        )
        return
    goods = facts.skus.filter(~pl.col(c.SKU).is_in(facts.suspects[c.SKU].implode()))
    margin = facts.shop.settings.money.margin_rate
    file = t("import a file with the columns sku and {column}: shopwright import FILE --to {shop}", column=c.TITLE,
             shop=facts.place)  # fmt: skip
    yield from _lacking(goods, c.TITLE, "CHECK-NO-TITLE", lambda n: t("{n:,} SKUs sold have no title", n=n), file)
    yield from _lacking(
        goods,
        c.CATEGORY,
        "CHECK-NO-CATEGORY",
        lambda n: t("{n:,} SKUs sold have no category: new products cannot borrow from their like", n=n),
        t("import a file with the columns sku and {column}: shopwright import FILE --to {shop}", column=c.CATEGORY,
          shop=facts.place),
    )  # fmt: skip
    costed = facts.table("supply").filter(pl.col(c.COST).is_not_null()).select(c.SKU).unique().collect()
    yield from _lacking(
        goods.filter(~pl.col(c.SKU).is_in(costed[c.SKU].implode())),
        c.COST,
        "CHECK-NO-COST",
        lambda n: t("{n:,} SKUs sold have no unit cost: gains are computed with an assumed margin", n=n),
        t("import a file with the columns sku and cost, or set the margin that is assumed ({margin:.0%} now):"
          " shopwright config {shop} money.margin_rate 0.35", margin=margin, shop=facts.place),
        of=goods.height,
    )  # fmt: skip


def similar_skus(facts: Facts) -> Iterator[Finding]:
    """SKUs that differ by case, spaces or width of letters only: one product counted as two."""
    catalogue = facts.products.select(c.SKU).collect()
    skus = pl.concat([catalogue, facts.skus.select(c.SKU)]).unique()
    folded = pl.col(c.SKU).str.normalize("NFKC").str.to_lowercase().str.replace_all(r"\s+", "")
    alike = (
        skus.with_columns(folded.alias("_as"))
        .filter(pl.len().over("_as") > 1)
        .join(facts.skus.select(c.SKU, "n_lines"), on=c.SKU, how="left")
        .with_columns(pl.col("n_lines").fill_null(0))
        .sort("n_lines", c.SKU, descending=[True, False])
    )
    if alike.is_empty():
        return
    pairs = alike.group_by("_as", maintain_order=True).agg(
        pl.col(c.SKU).first(), pl.col(c.SKU).slice(1).str.join(", ").alias("same_as"), pl.col("n_lines").sum()
    )
    n = alike.height - pairs.height
    yield Finding(
        "CHECK-SIMILAR-SKU",
        "warning",
        t("{n:,} SKUs differ from another one only by case, spaces or width: their sales are counted apart", n=n),
        TABLE,
        n,
        n / skus.height,
        t("write them in one way in the export, then import into a new folder"),
        t("SKUs compared after Unicode NFKC, lower case, spaces removed"),
        counted=t("SKUs"),
        examples=examples(pairs.drop("_as"), TABLE),
    )


def _lacking(
    goods: pl.DataFrame, column: str, code: str, says: Callable[[int], Text], advice: Text, of: int | None = None
) -> Iterator[Finding]:
    lacking = goods.filter(pl.col(column).is_null() | (pl.col(column).cast(pl.String).str.strip_chars() == ""))
    if lacking.is_empty():
        return
    n, total = lacking.height, of or goods.height
    yield Finding(
        code,
        "warning" if column == c.TITLE and n / total > 0.05 else "info",
        says(n),
        TABLE,
        n,
        n / total,
        advice,
        t("SKUs sold, as products, whose entry in the catalogue does not say it; the most sold first"),
        counted=t("SKUs"),
        examples=examples(lacking.sort("n_lines", descending=True), TABLE, (c.SKU, c.TITLE, "n_lines")),
    )
