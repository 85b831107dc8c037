"""A log of what was shown with which chance, and what a new way of showing would have earned.

A row is one product at one place of one list. Its propensity is the chance with which the old policy showed the
product there (or, where the new policy is told without ranks, anywhere in the list). Places are judged one by one, as
if what stands above did not change what is earned below (the item-position model of Li et al. 2018, section 3.2).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from shopwright.i18n import t
from shopwright.recommend.logged import unreadable
from shopwright.recommend.offpolicy import OffPolicy, off_policy
from shopwright.shop.schema import names as c

__all__ = ["judge_policy", "read_log"]

POSITION, RANK, PROPENSITY, POLICY, REWARD = "position", "rank", "propensity", "policy", "reward"
PROBABILITY = "probability"
LOG = (c.AT, c.CUSTOMER, c.SKU, RANK, PROPENSITY, POLICY, REWARD)


def read_log(rows: pl.DataFrame, policy: str | None = None) -> pl.DataFrame:
    """A log with its lists numbered.

    Args:
        rows: at, customer (null: unknown), sku, rank, propensity, policy, reward. Rows of one moment, customer and
            policy are one list.
        policy: keep only what this policy showed; None: all.

    Returns:
        The same columns with position (number of the list, from 0, in order of at, customer, policy), sorted by
        position and rank.

    Raises:
        UsageError: a column is missing, a value is null, or a place of a list is logged twice (RECOMMEND-28).
    """
    _complete(rows, LOG, nullable=(c.CUSTOMER,))
    kept = rows if policy is None else rows.filter(pl.col(POLICY) == policy)
    named = kept.with_columns(pl.col(c.CUSTOMER, c.SKU).cast(pl.String))
    keys = [c.AT, c.CUSTOMER, POLICY]
    lists = named.select(keys).unique().sort(keys).with_row_index(POSITION)
    found = named.join(lists, on=keys, nulls_equal=True).select(POSITION, *LOG).sort(POSITION, RANK, c.SKU)
    _once(found, [POSITION, RANK])
    return found


def judge_policy(
    log: pl.DataFrame, target: pl.DataFrame, rewards: pl.DataFrame | None = None, **options: Any
) -> OffPolicy:
    """What a new policy would earn for each place shown.

    Args:
        log: from `read_log`.
        target: position, sku, probability (0 to 1) under the new policy, and rank where its chances are told place by
            place. A product that is not in it is never shown there.
        rewards: position, sku, reward (and rank): a reward model's estimate for each product that the new policy may
            show and each that was logged; gives dm, dr and switch-dr too.
        options: clip, switch, level, draws and seed of `off_policy`. Rows of one list belong together.

    Raises:
        UsageError: a column is missing, a value is null, a key stands twice, or the rewards lack a product
            (RECOMMEND-28); what `off_policy` refuses.
    """
    by_rank = [RANK] if RANK in target.columns else []
    key = [POSITION, *by_rank, c.SKU]
    chances = _typed(target, [*key, PROBABILITY])
    rows = log.with_columns(pl.col(POSITION, RANK).cast(pl.Int64))
    joined = rows.join(chances, on=key, how="left", maintain_order="left")
    modelled: dict[str, Any] = {}
    if rewards is not None:
        told = _typed(rewards, [*key, REWARD]).rename({REWARD: "estimated"})
        shown = rows.join(told, on=key, how="left", maintain_order="left")
        wanted = chances.filter(pl.col(PROBABILITY) > 0).join(told, on=key, how="left")
        _modelled(shown, wanted)
        # a list without ranks has as many places as were logged of it, and its chances add up to as many
        place = key[:-1]
        n_rows = rows.group_by(place).agg(pl.len().alias("n"))
        mean = wanted.group_by(place).agg((pl.col(PROBABILITY) * pl.col("estimated")).sum().alias("sum"))
        ahead = rows.join(n_rows, on=place, maintain_order="left").join(
            mean, on=place, how="left", maintain_order="left"
        )
        modelled = {
            "estimated": shown["estimated"].to_numpy(),
            "expected": ahead.select(pl.col("sum").fill_null(0.0) / pl.col("n")).to_series().to_numpy(),
        }
    return off_policy(
        joined[REWARD].cast(pl.Float64).to_numpy(),
        joined[PROPENSITY].cast(pl.Float64).to_numpy(),
        joined[PROBABILITY].fill_null(0.0).to_numpy(),
        groups=joined[POSITION],
        **modelled,
        **options,
    )


def _typed(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """These columns, complete, each key once; the last column is a number."""
    _complete(rows, columns)
    whole = [name for name in columns[:-1] if name != c.SKU]
    kept = rows.select(columns).with_columns(
        pl.col(whole).cast(pl.Int64), pl.col(c.SKU).cast(pl.String), pl.col(columns[-1]).cast(pl.Float64)
    )
    _once(kept, columns[:-1])
    return kept


def _modelled(shown: pl.DataFrame, wanted: pl.DataFrame) -> None:
    for frame in (shown, wanted):
        lacking = frame.filter(pl.col("estimated").is_null())
        if lacking.height:
            row = lacking.row(0, named=True)
            raise unreadable(
                t(
                    "rewards have no row for product {sku} at position {position}",
                    sku=row[c.SKU],
                    position=row[POSITION],
                ),
                t("estimate the reward of every product that was logged or may be shown, or leave rewards out"),
            )


def _complete(rows: pl.DataFrame, columns: tuple[str, ...] | list[str], nullable: tuple[str, ...] = ()) -> None:
    missing = [name for name in columns if name not in rows.columns]
    empty = [name for name in columns if name not in (*missing, *nullable) and rows[name].null_count()]
    if missing or empty:
        raise unreadable(
            t(
                "column {column} is missing or not filled; needed are {needed}",
                column=(missing or empty)[0],
                needed=", ".join(columns),
            ),
            t("log every column in every row; a customer who is not known is null"),
        )


def _once(rows: pl.DataFrame, key: list[str]) -> None:
    twice = rows.filter(pl.struct(key).is_duplicated())
    if twice.height:
        row = twice.row(0, named=True)
        raise unreadable(
            t(
                "{key} stands twice; a place of a list holds one product, and a product has one chance",
                key=", ".join(f"{name} {row[name]}" for name in key),
            ),
            t("leave out the second row, or log the moment exactly"),
        )
