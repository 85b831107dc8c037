"""What visitors searched for, and which searches found nothing or led nowhere."""

from __future__ import annotations

import polars as pl

from shopwright.customers.visits import VISIT
from shopwright.shop import personal
from shopwright.shop.schema import names as c

__all__ = ["searches"]


def searches(events: pl.DataFrame) -> pl.DataFrame:
    """Search words with what came of them.

    What follows a search up to the next one in the same visit came of it. Words are compared without regard to case and
    to blanks around them; e-mail addresses, phone numbers and the like in them are replaced by their kind in brackets.

    Args:
        events: events of visits, see `Visits`.

    Returns:
        query, n_searches, n_visits, n_empty (searches that found nothing; null where no search of these words says what
        was found), n_unclicked (searches after which no product was viewed, put into the cart or bought), n_bought
        (searches after which something was bought), empty_share, unclicked_share; most searches that led nowhere first.
    """
    is_search = (pl.col(c.KIND) == "search") & pl.col(c.QUERY).is_not_null()
    words = _masked(events, pl.col(c.QUERY).str.strip_chars()).str.to_lowercase()
    runs = (
        events.with_columns(is_search.cum_sum().over(VISIT).alias("run"))
        .filter(pl.col("run") > 0)
        .group_by(VISIT, "run", maintain_order=True)
        .agg(
            words.first().alias(c.QUERY),
            pl.col(c.N_RESULTS).first(),
            pl.col(c.KIND).is_in(["view", "cart", "buy"]).any().alias("is_followed"),
            (pl.col(c.KIND) == "buy").any().alias("is_bought"),
        )
        .filter(pl.col(c.QUERY) != "")
    )
    says = pl.col(c.N_RESULTS).is_not_null()
    return (
        runs.group_by(c.QUERY)
        .agg(
            pl.len().cast(pl.Int64).alias("n_searches"),
            pl.col(VISIT).n_unique().cast(pl.Int64).alias("n_visits"),
            pl.when(says.any()).then((pl.col(c.N_RESULTS) == 0).sum().cast(pl.Int64)).alias("n_empty"),
            (~pl.col("is_followed")).sum().cast(pl.Int64).alias("n_unclicked"),
            pl.col("is_bought").sum().cast(pl.Int64).alias("n_bought"),
            says.sum().alias("n_said"),
        )
        .with_columns(
            (pl.col("n_empty") / pl.col("n_said")).alias("empty_share"),
            (pl.col("n_unclicked") / pl.col("n_searches")).alias("unclicked_share"),
        )
        .drop("n_said")
        .sort(pl.max_horizontal("n_empty", "n_unclicked"), "n_searches", c.QUERY, descending=[True, True, False])
    )


def _masked(events: pl.DataFrame, words: pl.Expr) -> pl.Expr:
    """The words without personal data; only the few that may hold some are looked at one by one."""
    doubtful = events.select(words.filter(personal.contains(words)).unique())[c.QUERY].to_list()
    # in capitals: account numbers are known by them
    return words.replace(doubtful, [personal.mask(text.upper()) for text in doubtful])
