"""Which texts that are nearly the same are copies, and which are only what many people say."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import binom

from shopwright.reviews.given import PLACE
from shopwright.reviews.mentions import THEME, every_mention
from shopwright.reviews.minhash import letters, plain
from shopwright.reviews.theme_words import ANY
from shopwright.shop.schema import names as c

__all__ = ["OWN_SIGNS", "copied"]

# Two people do not write so many letters alike, a Chinese sign counting for three, beside what others say, too.
OWN_SIGNS = 60
# Who got the same faulty product words it alike: "the zip broke after two days". A copy must be longer.
FAULT_SIGNS = 100
# A sentence that so many other texts hold, which do not resemble each other, is a set phrase of customers.
OTHERS = 2
DAYS, CHANCE = 7, 0.05
ENDINGS = r"[.!?。！？…;；\n\r]+"
GROUP, AT, SAID = "group", "at", "said"


def copied(ordered: pl.DataFrame, first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each text that resembles an earlier one was copied, as far as chance would hardly make it so.

    It was, where the same customer wrote both; where it holds 60 letters that are in no set phrase of the shop; or
    where more of one product came alike within a week than the share of such texts in the shop lets expect (binomial,
    with Bonferroni's correction over the texts tested). Short texts that name a fault or a danger agree because it
    is the same one: of different customers they are no copies, and 100 letters are asked for.

    Args:
        ordered: place, sku, day, customer and text, in the order in which they came.
        first: row of the first text that each resembles, −1 for none, shape (texts,).
    """
    is_like = first >= 0
    if not is_like.any():
        return is_like
    group = np.where(is_like, first, np.arange(len(first)))
    table = ordered.select(c.SKU, c.DAY, c.CUSTOMER, c.TEXT).with_row_index(AT).with_columns(pl.Series(GROUP, group))
    same = table.filter(pl.col(c.CUSTOMER).is_not_null()).filter(pl.int_range(pl.len()).over(GROUP, c.CUSTOMER) > 0)
    own = _own(table, is_like)
    known = np.zeros(len(first), bool)
    known[same[AT].to_numpy()] = True
    faulty = _faulty(ordered, is_like)
    short = faulty.copy()
    short[faulty] = [letters(plain(text)) < FAULT_SIGNS for text in table[c.TEXT].filter(pl.Series(faulty))]
    is_own = own >= np.where(faulty, FAULT_SIGNS, OWN_SIGNS)
    return is_like & (known | is_own | (_together(table, is_like) & ~short))


def _faulty(ordered: pl.DataFrame, is_like: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether each text that resembles another names a fault or a danger."""
    named = every_mention(ordered.filter(pl.Series(is_like))).filter(pl.col(THEME) != ANY)
    return ordered[PLACE].is_in(named[PLACE].unique().to_list()).to_numpy().copy()


def _own(table: pl.DataFrame, is_like: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Letters of each text in sentences that hardly anybody says but the texts it resembles."""
    said = (
        table.select(AT, GROUP, pl.col(c.TEXT).str.slice(0, 8_000).str.split(by=ENDINGS, literal=False).alias(SAID))
        .explode(SAID)
        .with_columns(pl.col(SAID).str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]+", ""))
        .filter(pl.col(SAID).str.len_bytes() > 0)
    )
    mine = said.filter(pl.Series(is_like).gather(said[AT]))
    elsewhere = said.join(mine.select(SAID).unique(), on=SAID, how="semi").group_by(SAID)
    often = elsewhere.agg((pl.col(GROUP).n_unique() - 1).alias("others"))
    rare = mine.join(often, on=SAID).filter(pl.col("others") < OTHERS)
    own = np.zeros(table.height, np.int64)
    for at, words in rare.unique([AT, SAID], maintain_order=True).select(AT, SAID).iter_rows():
        own[at] += letters(plain(words))
    return own


def _together(table: pl.DataFrame, is_like: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether more texts alike came of one product within a week than chance would bring there."""
    found = np.zeros(table.height, bool)
    limit = CHANCE / max(int(is_like.sum()), 1)
    size = dict(table.group_by(GROUP).len().iter_rows())
    dated = table.drop_nulls([c.SKU, c.DAY])
    twice = dated.filter(pl.len().over(c.SKU, GROUP) > 1)
    by_sku = dated.group_by(c.SKU, maintain_order=True)
    every_day = {sku: np.sort(mine[c.DAY].cast(pl.Int32).to_numpy()) for (sku,), mine in by_sku}
    for (sku, group), mine in twice.group_by(c.SKU, GROUP, maintain_order=True):
        places, days = mine[AT].to_numpy(), mine[c.DAY].cast(pl.Int32).to_numpy()
        ends = np.unique(days)
        n, reviews = _within(np.sort(days), ends), _within(every_day[sku], ends)
        # these reviews themselves do not tell how usual such a text is; one more is added for what is not known
        usual = (size[group] - n + 1) / (table.height - reviews + 1)
        for day in ends[(n > 1) & (binom.sf(n - 1, reviews, np.minimum(usual, 1.0)) < limit)]:
            found[places[(days <= day) & (days > day - DAYS)]] = True
    return found


def _within(days: NDArray[np.int32], ends: NDArray[np.int32]) -> NDArray[np.int64]:
    """How many of the days, which rise, lie in the week up to each end."""
    return np.asarray(np.searchsorted(days, ends, "right") - np.searchsorted(days, ends - DAYS, "right"))
