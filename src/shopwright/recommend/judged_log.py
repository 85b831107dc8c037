"""A shop's log of what was shown with which chance, and what another way of filling the places would have earned.

The reward of a showing is whether the customer bought the product in the days after it. Customers who are not known
and lists whose days are not over tell nothing and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import polars as pl

from shopwright.errors import TableError, UsageError
from shopwright.i18n import Text, t
from shopwright.recommend.assortment import assortment
from shopwright.recommend.kept import fit_shop
from shopwright.recommend.offpolicy import OffPolicy
from shopwright.recommend.policylog import judge_policy
from shopwright.recommend.propensity_log import PropensityLog
from shopwright.recommend.rewards import bought_after, modelled
from shopwright.recommend.rules import Rules
from shopwright.recommend.surfaces import Surfaces
from shopwright.shop.arguments import check_seed
from shopwright.shop.schema import names as c
from shopwright.shop.shop import Shop

__all__ = ["JudgedLog", "judge_log", "read_chances"]

POSITION, RANK, REQUEST, SURFACE, PROBABILITY = "position", "rank", "request", "surface", "probability"
NEEDED = (REQUEST, c.SKU, PROBABILITY)


@dataclass(frozen=True, eq=False)
class JudgedLog:
    """What a new policy would have earned in the places of a log.

    Attributes:
        found: the estimates.
        policies: names of the policies that filled the places.
        n_lists: lists that were judged.
        days: in which a purchase counted.
        how: what was counted, and what the new policy is.
        notes: what was left out.
    """

    found: OffPolicy
    policies: tuple[str, ...]
    n_lists: int
    days: int
    how: Text
    notes: tuple[Text, ...]


def judge_log(
    shop: Shop,
    path: Path | str,
    chances: pl.DataFrame | None = None,
    *,
    rules: Rules | None = None,
    days: int = 7,
    clip: float | None = None,
    seed: int = 0,
) -> JudgedLog:
    """Judge a new policy by a log of `PropensityLog`.

    Args:
        shop: whose customers the lists were shown to.
        path: of the log.
        chances: the new policy: request, sku, probability, with rank where chances are told place by place and surface
            where a request has several. None: Shopwright's own lists under `rules`, best first, by what the shop knew
            on the evening before the first list.
        rules: of these lists; None: those of the customer's page.
        days: after a list, in which a purchase counts.
        clip: greatest weight, see `off_policy`.
        seed: of the models and the bootstrap.

    Raises:
        StoreError: the log cannot be read.
        UsageError: `days` is below 1, `rules` draw at random, the seed is no whole number, or what `judge_policy`
            refuses.
        TableError: no list can be judged, or there were no sales before the first list.
    """
    check_seed(seed)
    if days < 1:
        raise _not_so(t("days is {n}", n=days), t("give 1 or more"))
    if not Path(path).is_file():
        raise _not_so(t("there is no file {file}", file=str(path)), t("give the log that lists were written to"))
    if rules is not None and (rules.temperature or rules.explore):
        raise _not_so(
            t("these rules fill places at random, and the chance of a product then hangs on those above it"),
            t("leave temperature and explore out, or give the chances of the new policy by request"),
        )
    log, notes = _usable(shop, PropensityLog(Path(path)).frame(), days)
    log = bought_after(shop, log, days)
    target = _own_lists(shop, log, rules, seed) if chances is None else _by_request(chances, log)
    found = judge_policy(log, target, modelled(log, target), clip=clip, seed=seed)
    how = t(
        "a showing counts 1 where its customer bought the product within {days} days, else 0; the new policy: {policy}",
        days=days,
        policy=t("Shopwright's own lists, best first, by what was known before the first list")
        if chances is None
        else t("the chances that were given"),
    )
    names = tuple(sorted(log["policy"].unique()))
    return JudgedLog(found, names, log[POSITION].n_unique(), days, how, tuple(notes))


def read_chances(path: Path) -> pl.DataFrame:
    """The chances of a new policy from a CSV, Parquet or JSON lines file.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        match path.suffix.lower():
            case ".csv":
                return pl.read_csv(path)
            case ".parquet":
                return pl.read_parquet(path)
            case ".jsonl":
                return pl.read_ndjson(path)
            case other:
                raise ValueError(repr(other))
    except (OSError, ValueError, pl.exceptions.PolarsError) as error:
        raise UsageError(
            t("the new policy in {file} cannot be read", file=str(path)),
            why=Text.literal(str(error).splitlines()[0]),
            fix=t("give a .csv, .parquet or .jsonl file with request, sku and probability"),
            code="RECOMMEND-74",
        ) from error


def _usable(shop: Shop, shown: pl.DataFrame, days: int) -> tuple[pl.DataFrame, list[Text]]:
    """Rows that can be judged, with their lists numbered, and what was left out."""
    once = shown.unique([REQUEST, SURFACE, RANK], keep="first", maintain_order=True)
    local = pl.col(c.AT).dt.convert_time_zone(shop.settings.shop.timezone).dt.date()
    is_over = local + pl.duration(days=days) <= shop.day
    known = once.drop_nulls(c.CUSTOMER)
    kept = known.filter(is_over)
    notes = []
    if once.height > known.height:
        n = once.height - known.height
        notes.append(t("showings left out because the customer is not known: {n:,}", n=n))
    if known.height > kept.height:
        n = known.height - kept.height
        notes.append(t("showings left out because the {days} days after them are not over: {n:,}", n=n, days=days))
    if kept.is_empty():
        raise TableError(
            t("the log holds no list that can be judged"),
            why=t("of {n:,} showings none is to a known customer and {days} days old", n=shown.height, days=days),
            fix=t("import newer orders, or count fewer days"),
            code="RECOMMEND-75",
        )
    lists = kept.select(REQUEST, SURFACE).unique(maintain_order=True).with_row_index(POSITION)
    return kept.join(lists, on=[REQUEST, SURFACE], maintain_order="left").sort(POSITION, RANK), notes


def _own_lists(shop: Shop, log: pl.DataFrame, rules: Rules | None, seed: int) -> pl.DataFrame:
    """What Shopwright would have shown in each place: position, rank, sku, probability 1."""
    local = log[c.AT].dt.convert_time_zone(shop.settings.shop.timezone).dt.date()
    before = shop.until(cast("date", local.min()) - timedelta(days=1))
    surfaces = Surfaces.of(fit_shop(before, seed), assortment(before))
    places = log.group_by(c.CUSTOMER).agg(pl.col(RANK).max()).sort(c.CUSTOMER)
    rows = []
    for customer, k in places.iter_rows():
        found = surfaces.for_customer(customer, int(k), rules)
        rows += [(customer, rank, surfaces.model.skus[place]) for rank, place in enumerate(found.places, 1)]
    schema = {c.CUSTOMER: pl.String, RANK: pl.Int64, c.SKU: pl.String}
    lists = pl.DataFrame(rows, schema=schema, orient="row")
    asked = log.select(POSITION, c.CUSTOMER, pl.col(RANK).cast(pl.Int64))
    found_rows = asked.join(lists, on=[c.CUSTOMER, RANK], maintain_order="left")
    return found_rows.select(POSITION, RANK, c.SKU, pl.lit(1.0).alias(PROBABILITY))


def _by_request(chances: pl.DataFrame, log: pl.DataFrame) -> pl.DataFrame:
    """Chances by request as `judge_policy` takes them: by position."""
    missing = [name for name in NEEDED if name not in chances.columns]
    if missing:
        raise _not_so(
            t("the new policy has no column {columns}", columns=", ".join(missing)),
            t("needed are request, sku and probability; with rank, chances are told place by place"),
        )
    key = [name for name in (REQUEST, SURFACE) if name in chances.columns]
    lists = log.select(POSITION, REQUEST, SURFACE).unique(maintain_order=True)
    told = chances.with_columns(pl.col(*key, c.SKU).cast(pl.String)).join(lists.select(POSITION, *key), on=key)
    wanted = [POSITION, *([RANK] if RANK in chances.columns else []), c.SKU, PROBABILITY]
    return told.select(wanted)


def _not_so(why: Text, fix: Text) -> UsageError:
    return UsageError(t("a policy cannot be judged as asked"), why=why, fix=fix, code="RECOMMEND-76")
