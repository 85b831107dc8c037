"""Reviews that may not be what they seem: repeated texts, sudden bursts, words that tell of a reward."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from scipy.stats import poisson

from shopwright.reviews.copies import copied
from shopwright.reviews.given import PLACE, given
from shopwright.reviews.minhash import alike
from shopwright.shop.schema import names as c

__all__ = ["fakes"]

# A burst: reviews of three days that are beyond the weeks before, all tests together once in twenty shops.
WINDOW, BEFORE, KNOWN, LEAST_BURST, CHANCE = 3, 56, 28, 6, 0.05
INCENTIVES = (
    r"(?i)(?:^|\W)(?:in exchange for (?:\w+ )*(?:review|rating|feedback)|(?:received|got|given) (?:\w+ ){0,4}(?:for )?free(?:\W|$)"
    r"|free (?:sample|product)|for (?:an|my) (?:honest|unbiased) (?:review|opinion)"
    r"|(?:gift card|refund|discount|coupon|voucher|cash ?back) (?:\w+ ){0,4}(?:review|five stars|5 stars)"
    r"|(?:asked|told|paid|offered) (?:me |us )?(?:\w+ ){0,3}(?:to |for )(?:\w+ ){0,3}(?:review|five stars|5 stars)"
    r"|im austausch (?:für|gegen)|kostenlos (?:\w+ ){0,3}(?:erhalten|zur verfügung|bekommen)|produkttest(?:er)?(?:\W|$)"
    r"|(?:gutschein|rabatt) (?:\w+ ){0,3}(?:bewertung|rezension)|gratisprobe"
    r"|em troca de (?:\w+ )*(?:avalia|cupom|desconto)|recebi (?:\w+ ){0,3}(?:de graça|grátis|gratuitamente)|amostra grátis"
    r"|cupom (?:\w+ ){0,3}avalia|a cambio de (?:\w+ )*(?:rese[ñn]a|opini[óo]n|cup[óo]n)|muestra gratis"
    r"|(?:recib[íi]|me dieron) (?:\w+ ){0,3}gratis|cup[óo]n (?:\w+ ){0,3}rese[ñn]a)"
    r"|好评返现|返现|返红包|好评返|好评有礼|晒图返|晒图有礼|刷单|五星好评.{0,8}(?:返|送|红包)|给.{0,4}好评.{0,6}(?:返|送|红包)|免费试用"
)


def fakes(reviews: pl.DataFrame | pl.LazyFrame, *, until: date | None = None) -> pl.DataFrame:
    """What is suspicious about each review. It is told, never acted on: nothing is dropped or weighed down.

    Args:
        reviews: text, and any of review, sku, day, stars, customer.
        until: last day to read; None: all.

    Returns:
        One row for each review up to then, in the order given: review, duplicate_of (row of the first with nearly the
        same text, null without, and null where chance explains it), similarity (share of the runs of four letters that
        both have, 1 for the same letters), is_duplicate (see `copied`), is_burst (one of at least six of the product
        within three days, where the eight weeks before let expect hardly any), is_incentivised (speaks of a reward), is_suspicious (any of these).

    Raises:
        TableError: there is no column of texts (REVIEWS-47), or days are no dates (REVIEWS-57).
    """
    ready, _ = given(reviews, needs=(c.TEXT,), until=until)
    ordered = ready.sort(c.DAY, PLACE, nulls_last=True)
    first, share = alike(ordered[c.TEXT].to_list())
    is_copy = copied(ordered, first)
    places = ordered[PLACE].to_numpy().astype(np.int64)
    of = np.where(first >= 0, places[np.maximum(first, 0)], -1)
    found = ordered.select(PLACE, c.REVIEW).with_columns(
        pl.Series("duplicate_of", of),
        pl.Series("similarity", share),
        pl.Series("is_duplicate", is_copy),
        pl.Series("is_burst", _bursts(ordered)),
        ordered[c.TEXT].str.slice(0, 20_000).str.contains(INCENTIVES).alias("is_incentivised"),
    )
    return (
        found.with_columns(
            pl.when("is_duplicate").then("duplicate_of").alias("duplicate_of"),
            pl.when("is_duplicate").then("similarity").alias("similarity"),
            pl.any_horizontal("is_duplicate", "is_burst", "is_incentivised").alias("is_suspicious"),
        )
        .sort(PLACE)
        .drop(PLACE)
    )


def _bursts(ordered: pl.DataFrame) -> np.ndarray:
    """Whether each review came in three days with more of its product than the eight weeks before let expect.

    Poisson with the rate of the weeks before, one more review added, Bonferroni's correction over products and windows.
    """
    is_burst = np.zeros(ordered.height, bool)
    dated = ordered.with_row_index("at").drop_nulls([c.SKU, c.DAY])
    if dated.is_empty():
        return is_burst
    on = (dated[c.DAY] - dated[c.DAY].min()).dt.total_days().to_numpy()
    limit = CHANCE / max(1, dated[c.SKU].n_unique() * (int(on.max()) // WINDOW + 1))
    at = dated["at"].to_numpy()
    for rows in dated.with_row_index("row").group_by(c.SKU, maintain_order=True).agg("row")["row"]:
        mine = rows.to_numpy()
        days = np.sort(on[mine])
        begun = np.searchsorted(days, days - WINDOW + 1, "left")
        n = np.searchsorted(days, days, "right") - begun
        if n.max(initial=0) < LEAST_BURST:
            continue
        usual = begun - np.searchsorted(days, days - WINDOW + 1 - BEFORE, "left")
        # A product that is new on sale has no pace yet to break.
        known = np.minimum(days - WINDOW + 1 - days[0], BEFORE)
        chance = np.where(known >= KNOWN, poisson.sf(n - 1, (usual + 1) * WINDOW / np.maximum(known, 1)), 1.0)
        for end in np.unique(days[(n >= LEAST_BURST) & (chance < limit)]):
            is_burst[at[mine[(on[mine] > end - WINDOW) & (on[mine] <= end)]]] = True
    return is_burst
