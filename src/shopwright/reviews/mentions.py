"""Which complaints each review makes."""

from __future__ import annotations

import polars as pl

from shopwright.reviews.given import LEVEL, PLACE
from shopwright.reviews.narrated import says
from shopwright.reviews.nearest import PACKAGING, PARCEL, meant, packed
from shopwright.reviews.promised import SAME_AS_SHOWN
from shopwright.reviews.scales import NEAR_MIDDLE
from shopwright.reviews.sentences import ROW, SENTENCE, sentences
from shopwright.reviews.severity import HARMLESS, SEVERE
from shopwright.reviews.theme_words import ANY, WORDS
from shopwright.shop.schema import names as c

__all__ = ["BAD", "IS_SEVERE", "SAID_BY", "THEME", "every_mention", "mentions"]

THEME, IS_SEVERE, SMALL = "theme", "is_severe", "small"
# What may be said of the packaging as of the goods.
OF_PARCELS = ("size", "tear", "breakage", "flimsy", "stain", "shape")
# A fault is a fault up to two stars (4 of 10); danger is danger whatever the stars. A review without stars may be
# either.
BAD = -NEAR_MIDDLE
# One defect, one count: what a review calls mouldy smells of it, and paint that peels loses its colour.
SAID_BY = {"smell": ("mould", "smoke"), "fade": ("coating", "stain")}
BEFORE = (
    r"(?:\b(?:no|not|never|without|isn't|wasn't|aren't|doesn't|didn't|don't|hasn't|free of|kein\w*|nicht|ohne|não|nao"
    r"|sem|nenhum\w*|sin|ningun\w*|ningún)\s+(?:[\w']+\s+){0,1}|(?:没有|没|无|不会|不)(?:任何|一点|半点|什么|发现|出现|看到|闻到|再)?\p{Han}{0,1})"
)

# "Not only caught fire" denies nothing: blanked before denials are looked for.
NO_DENIAL = (
    r"\b(?:not (?:only|just|merely|simply)|(?:didn't|doesn't|don't|wasn't|isn't|hasn't) (?:only|just)"
    r"|without (?:any )?warning|nicht nur|(?:não|nao) (?:apenas|somente|so)|no (?:solo|sólo))\b"
    r"|\bnão só |不但|不仅|不只|不光|[年月周天]不到"
)


def mentions(reviews: pl.DataFrame, *, whatever_stars: bool = False, every: pl.DataFrame | None = None) -> pl.DataFrame:
    """The faults that bad reviews name and the dangers that any does, each once a review, and that it is bad at all.

    What is denied ("no smell") does not count.

    Args:
        reviews: as `given` makes them.
        whatever_stars: take every sentence, whatever stars stand beside it, and leave out bad reviews as such: for what
            explains stars and must not be chosen by them.
        every: what `every_mention` found in these reviews or in more, where that is known already.

    Returns:
        place (row of the review), theme (key of `LABELS` or `SEVERE_LABELS`), is_severe, start, end, sentence (the
        first that names it; of a bad review as such the first that judges).
    """
    level, is_any = pl.col(LEVEL), pl.col(THEME) == ANY
    told = every_mention(reviews) if every is None else every
    known = told.join(reviews.select(PLACE, LEVEL), on=PLACE, how="inner", maintain_order="left")
    is_poor = pl.when(is_any).then((level <= BAD).fill_null(value=False)).otherwise(level.is_null() | (level <= BAD))
    kept = known.filter(~is_any) if whatever_stars else known.filter(is_poor | pl.col(IS_SEVERE))
    return kept.drop(LEVEL)


def every_mention(reviews: pl.DataFrame, said: pl.DataFrame | None = None) -> pl.DataFrame:
    """Faults and dangers that any review names, whatever its stars; and each review as such, under `ANY`.

    Args:
        reviews: as `given` makes them.
        said: their `sentences`, row by row, where those are known already.

    Returns:
        As `mentions`.
    """
    said = sentences(reviews[c.TEXT].to_list()) if said is None else said
    places = reviews.select(PLACE, LEVEL).with_row_index(ROW).with_columns(pl.col(ROW).cast(pl.Int64))
    small = pl.col(SENTENCE).str.to_lowercase().str.replace_all("’", "'", literal=True)
    small = small.str.replace_all(_quick(NO_DENIAL), " ").str.replace_all(SAME_AS_SHOWN, " ").alias(SMALL)
    known = said.join(places, on=ROW, how="left", maintain_order="left").with_columns(small)
    faults = pl.concat([_named(known, theme, *words, severe=False) for theme, words in WORDS.items()])
    parts = [_about(faults).drop(SMALL)]
    # a dash in its place, so that a "without" before it does not deny the danger behind it
    known = known.with_columns(pl.col(SMALL).str.replace_all(_quick(HARMLESS), "–"))
    parts += [_named(known, theme, *words, severe=True).drop(SMALL) for theme, words in SEVERE.items()]
    first = _judging(known).unique(ROW, keep="first", maintain_order=True)
    whole = places.join(first.drop(PLACE, LEVEL, SMALL), on=ROW, how="left", maintain_order="left")
    parts.append(whole.select(*_columns(ANY, severe=False)))
    return _once(pl.concat(parts).unique([PLACE, THEME], keep="first", maintain_order=True).sort(PLACE, THEME))


def _judging(known: pl.DataFrame) -> pl.DataFrame:
    """The sentences, of a review that is bad or may be those first that judge and do not only praise."""
    may_be_bad = pl.col(LEVEL).is_null() | (pl.col(LEVEL) <= BAD)
    bad = known.filter(may_be_bad).with_columns(says(pl.col(SENTENCE), pl.lit(value=False)).alias("judges"))
    bad = bad.sort(ROW, ~pl.col("judges"), maintain_order=True).drop("judges")
    return pl.concat([bad, known.filter(~may_be_bad)])


def _once(found: pl.DataFrame) -> pl.DataFrame:
    """Without the themes that only say again what another theme of the same review says."""
    for theme, others in SAID_BY.items():
        told = found.filter(pl.col(THEME).is_in(others)).select(PLACE, pl.lit(theme).alias(THEME)).unique()
        found = found.join(told, on=[PLACE, THEME], how="anti", maintain_order="left")
    return found


def _named(said: pl.DataFrame, theme: str, latin: tuple[str, ...], han: str, *, severe: bool) -> pl.DataFrame:
    words = "|".join(latin)
    pattern = _quick(rf"(?:(?:^|[^\p{{L}}])(?:{words})|{han})")
    hits = said.filter(pl.col(SMALL).str.contains(pattern))
    asserted = pl.col(SMALL).str.replace_all(_quick(rf"{BEFORE}(?:{words}|{han})"), " ").str.contains(pattern)
    return hits.filter(asserted).select(*_columns(theme, severe=severe), SMALL)


def _about(faults: pl.DataFrame) -> pl.DataFrame:
    """The faults that complaints are about, one for each part of a sentence, the packaging's told from the goods'."""
    of_parcel = faults.filter(pl.col(THEME).is_in(OF_PARCELS) & pl.col(SMALL).str.contains(_quick(PARCEL.pattern)))
    moved = pl.Series(
        [packed(small, fault) for small, fault in of_parcel.select(SMALL, THEME).iter_rows()], dtype=pl.Boolean
    )
    keys = [PLACE, "start"]
    theirs = of_parcel.filter(moved).select(*keys, THEME).with_columns(pl.lit(PACKAGING).alias("to"))
    faults = (
        faults.join(theirs, on=[*keys, THEME], how="left", maintain_order="left")
        .with_columns(pl.coalesce("to", THEME).alias(THEME))
        .drop("to")
        .unique([*keys, THEME], keep="first", maintain_order=True)
    )
    several = (
        faults.filter(pl.len().over(keys) > 1).group_by(keys, maintain_order=True).agg(THEME, pl.col(SMALL).first())
    )
    kept = [meant(small, named) for small, named in several.select(SMALL, THEME).iter_rows()]
    chosen = several.select(keys).with_columns(pl.Series(THEME, kept, pl.List(pl.String))).explode(THEME)
    alone = faults.join(several.select(keys), on=keys, how="anti", maintain_order="left")
    return pl.concat([alone, faults.join(chosen, on=[*keys, THEME], how="semi", maintain_order="left")])


def _quick(pattern: str) -> str:
    """Boundaries as ASCII knows them: those of Unicode make Rust's engine many times slower."""
    return pattern.replace(r"\b", r"(?-u:\b)")


def _columns(theme: str, *, severe: bool) -> list[pl.Expr]:
    return [
        *(pl.col(PLACE), pl.lit(theme).alias(THEME), pl.lit(severe).alias(IS_SEVERE)),
        *(pl.col("start"), pl.col("end"), pl.col(SENTENCE)),
    ]
