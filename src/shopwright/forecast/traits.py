"""What does not change about a product: its category, its store, the words of its title."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from shopwright.errors import ShopError, UsageError
from shopwright.forecast.panel import Floats
from shopwright.i18n import t
from shopwright.log import logger
from shopwright.shop.schema import names as c

__all__ = ["traits", "words_of"]

MOST_GROUPS = 400
N_BANDS = 8
N_CLUSTERS = 24
WORDY = 1.5  # words in the usual value from which a column is text and not a name


def traits(static: pl.DataFrame | None, skus: list[str], reader: str = "static") -> dict[str, NDArray[np.int64]]:
    """Each column as numbers of groups, shape (n,), -1 where unknown.

    Names are groups as they are, numbers are cut into bands of like size, and texts, such as titles, are grouped by
    what they mean (an encoder's vectors, k-means).

    Args:
        static: sku and what describes it; None for nothing.
        skus: the n SKUs.
        reader: the encoder of texts, as `shopwright.language.encoder` takes it; where it cannot be had, the one that
            ships reads them, and the log says so.

    Raises:
        UsageError: the table has no column `sku`, or describes one twice and differently (USAGE-43).
    """
    if static is None:
        return {}
    if c.SKU not in static.columns:
        raise UsageError(
            t("what is known of the products cannot be read"),
            why=t("missing columns: {columns}; found: {found}", columns=c.SKU, found=", ".join(static.columns)),
            fix=t("give sku and the columns that describe it"),
            code="USAGE-43",
        )
    told = static.with_columns(pl.col(c.SKU).cast(pl.String)).unique(maintain_order=True)
    twice = told.filter(pl.col(c.SKU).is_not_null() & pl.col(c.SKU).is_duplicated())
    if twice.height:
        raise UsageError(
            t("what is known of the products cannot be read"),
            why=t("SKU {sku} has several rows that differ", sku=repr(twice[c.SKU][0])),
            fix=t("give each SKU one row"),
            code="USAGE-43",
        )
    rows = pl.DataFrame({c.SKU: skus}).join(told, on=c.SKU, how="left", maintain_order="left")
    found = {name: _groups(rows[name], reader) for name in rows.columns if name != c.SKU}
    return {name: group for name, group in found.items() if len(np.unique(group)) > 1}


def words_of(static: pl.DataFrame | None, skus: Sequence[str]) -> tuple[str, ...]:
    """What the columns of text say of each of the n SKUs, n texts; none where there are no such columns."""
    texts = (
        [name for name, kind in static.schema.items() if kind == pl.String and name != c.SKU]
        if static is not None
        else []
    )
    if static is None or not texts:
        return ()
    told = static.select(
        pl.col(c.SKU).cast(pl.String), pl.concat_str(texts, separator="; ", ignore_nulls=True).alias("words")
    )
    rows = pl.DataFrame({c.SKU: skus}).join(
        told.unique(c.SKU, keep="first", maintain_order=True), on=c.SKU, how="left", maintain_order="left"
    )
    return tuple(rows["words"].fill_null(""))


def _groups(column: pl.Series, reader: str) -> NDArray[np.int64]:
    if column.dtype.is_numeric() and column.n_unique() > N_BANDS * 2:
        return _bands(column.cast(pl.Float64).to_numpy())
    words = column.cast(pl.String)
    if _is_text(words):
        return _clusters(words.fill_null("").to_list(), words.is_null().to_numpy(), reader)
    counts = words.drop_nulls().alias("word").value_counts(sort=True, name="n")
    common = counts.sort(["n", "word"], descending=[True, False])["word"][:MOST_GROUPS]
    number = {word: at for at, word in enumerate(common)}
    return np.array([number.get(word, -1) for word in words], np.int64)


def _bands(values: Floats) -> NDArray[np.int64]:
    known = values[np.isfinite(values)]
    edges = np.unique(np.quantile(known, np.arange(1, N_BANDS) / N_BANDS)) if len(known) else np.zeros(0)
    return np.where(np.isfinite(values), np.searchsorted(edges, values), -1).astype(np.int64)


def _is_text(words: pl.Series) -> bool:
    """Whether most values are words of their own: titles, not names of categories."""
    known = words.drop_nulls()
    if known.len() < N_CLUSTERS or known.n_unique() < known.len() / 2:
        return False
    blanks = known.str.count_matches(r"\s").mean()
    return bool(isinstance(blanks, float) and blanks >= WORDY) or bool(known.str.contains(r"\p{Han}{4}").mean() > 0.5)  # type: ignore[operator]


def _clusters(texts: list[str], is_empty: NDArray[np.bool_], reader: str) -> NDArray[np.int64]:
    from scipy.cluster.vq import kmeans2

    vectors = _read(texts, reader).astype(np.float64)
    n = int(min(N_CLUSTERS, max(2, np.sqrt(len(texts) / 2))))
    _, group = kmeans2(vectors, n, minit="++", rng=np.random.default_rng(0))
    return np.where(is_empty, -1, group).astype(np.int64)


def _read(texts: list[str], reader: str) -> NDArray[np.float32]:
    from shopwright.language import encoder

    try:
        return encoder(reader).encode(texts)
    except ShopError as error:
        if reader == "static":
            raise
        logger(__name__).warning("titles are read by the encoder that ships instead of %s: %s", reader, error)
        return encoder("static").encode(texts)
