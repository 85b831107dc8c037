"""Instants and days out of text, in whatever order their parts were written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import polars as pl

__all__ = ["OrderEvidence", "order_evidence", "to_instant", "wall_time"]

Order = Literal["DMY", "MDY", "YMD"]
ISO = ("%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S%.f")
CLOCK = r"(?:[ T,]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([AaPp])?(?:\.?[Mm]\.?)?)?"
ZONE = r"\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2})?"
PARTS = rf"^(\d{{1,4}})[-/. ](\d{{1,2}})[-/. ](\d{{1,4}}){CLOCK}{ZONE}$"
COMPACT = r"^(\d{4})(\d{2})(\d{2})$"
MONTHS = {
    1: "january jan janeiro enero ene januar jänner",
    2: "february feb fevereiro fev febrero februar",
    3: "march mar março marco marzo märz mrz",
    4: "april apr abril abr",
    5: "may maio mai mayo",
    6: "june jun junho junio juni",
    7: "july jul julho julio juli",
    8: "august aug agosto ago",
    9: "september sep sept setembro set septiembre setiembre",
    10: "october oct outubro out octubre oktober okt",
    11: "november nov novembro noviembre",
    12: "december dec dezembro dez diciembre dic dezember",
}
MONTH_OF = {word: number for number, words in MONTHS.items() for word in words.split()}
SERIAL_FROM, SERIAL_TO = 20_000, 80_000
"""Days since 1899-12-30 that a spreadsheet may have left: 1954 to 2119."""
FIELDS = ("a", "b", "c", "hour", "minute", "second", "fraction", "half", "zone")


@dataclass(frozen=True, slots=True)
class OrderEvidence:
    """What a column tells about the order of day and month.

    Attributes:
        dmy: values that only day-month-year explains.
        mdy: values that only month-day-year explains.
        either: values that both explain.
        dmy_sorted: share of neighbours that do not go back in time, read day first.
        mdy_sorted: the same, read month first.
    """

    dmy: int = 0
    mdy: int = 0
    either: int = 0
    dmy_sorted: float = 0.0
    mdy_sorted: float = 0.0

    def verdict(self, hint: Order = "DMY") -> Order:
        """The order that more values prove, else the one in which the file is better sorted, else the hint."""
        if self.dmy != self.mdy:
            return "DMY" if self.dmy > self.mdy else "MDY"
        if abs(self.dmy_sorted - self.mdy_sorted) > 0.02:
            return "DMY" if self.dmy_sorted > self.mdy_sorted else "MDY"
        return hint

    @property
    def is_sure(self) -> bool:
        """Whether the order does not matter, or is proved."""
        return self.either == 0 or self.dmy != self.mdy


def order_evidence(text: pl.Series) -> OrderEvidence | None:
    """Evidence on the order of day and month; None where no value is written that way."""
    parts = _parts(text)
    slashed = parts.filter(pl.col("a").is_not_null() & (pl.col("a").str.len_chars() <= 2))
    if slashed.is_empty():
        return None
    first, second = pl.col("a").cast(pl.Int32), pl.col("b").cast(pl.Int32)
    counts = slashed.select(
        ((first > 12) & (second <= 12)).sum().alias("dmy"),
        ((second > 12) & (first <= 12)).sum().alias("mdy"),
        ((first <= 12) & (second <= 12) & (first != second)).sum().alias("either"),
    ).row(0)
    in_order = [_share_sorted(_wall(slashed, order)) for order in ("DMY", "MDY")]
    return OrderEvidence(*map(int, counts), *in_order)


def _share_sorted(times: pl.Series) -> float:
    steps = times.drop_nulls().diff().drop_nulls().dt.total_seconds()
    moves = steps.filter(steps != 0)
    return int((moves > 0).sum()) / len(moves) if len(moves) else 0.0


def to_instant(text: pl.Series, order: Order, timezone: str) -> pl.Series:
    """Instants, in UTC, of a column of text; null where a value is no time in this order.

    Args:
        text: values such as "2024-03-01 10:20", "1/3/24 3:05 PM", "2024年3月1日", "45352.5", "1709288400".
        order: of day, month and year where digits alone do not tell.
        timezone: zone of times that name none.
    """
    text = text.str.strip_chars()
    for style in ISO:
        quick = text.str.to_datetime(style, strict=False, time_unit="us", cache=True)
        if quick.null_count() == text.null_count():
            return wall_time(quick, timezone)
    parts = _parts(text)
    walls = wall_time(_wall(parts, order), timezone)
    named = parts.select(_named_zone(_wall(parts, order)))["at"]
    numbers = _from_numbers(text, timezone)
    compact = wall_time(text.str.to_datetime("%Y%m%d", strict=False, time_unit="us"), timezone).set(
        ~text.str.contains(COMPACT).fill_null(False), None
    )
    frame = pl.DataFrame(
        {"named": named, "walls": walls, "compact": compact, "numbers": numbers, "zone": parts["zone"]}
    )
    local = pl.when(pl.col("zone").is_null()).then("walls")
    return frame.select(pl.coalesce("named", local, "compact", "numbers").alias("at"))["at"]


def wall_time(times: pl.Series, timezone: str) -> pl.Series:
    """Instants, in UTC, of times on the shop's clock; in the hour that is skipped in spring, an hour later."""
    frame = pl.DataFrame({"wall": times.cast(pl.Datetime("us"))})
    at = pl.col("wall")

    def placed(value: pl.Expr) -> pl.Expr:
        return value.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")

    return frame.select(pl.coalesce(placed(at), placed(at.dt.offset_by("1h"))).dt.convert_time_zone("UTC"))["wall"]


def _parts(text: pl.Series) -> pl.DataFrame:
    """The parts of each value, as text; null where it is not written in parts."""
    plain = _in_digits(text)
    names = pl.col("v").str.extract_groups(PARTS).struct.rename_fields(list(FIELDS))
    return pl.DataFrame({"v": plain}).select(names).unnest("v")


def _in_digits(text: pl.Series) -> pl.Series:
    """The text with names of months as numbers and Chinese signs as separators."""
    value = pl.col("v")
    frame = pl.DataFrame({"v": text.str.strip_chars()})
    if frame.select(value.str.contains(r"[年月日上下]").any()).item():
        is_late = value.str.contains("下午|晚上")
        signs = value.str.replace_all(r"[年月]", "-").str.replace_all("[日号上下午晚上]+", " ")
        clean = signs.str.replace_all(r"[时点分]", ":").str.replace_all(r"[:秒\s]+$", "").str.replace_all(r"\s+", " ")
        frame = frame.with_columns(pl.when(is_late).then(clean + " P").otherwise(clean).alias("v"))
    if frame.select(value.str.contains(r"[A-Za-zäç]{3,}").any()).item():
        lower = value.str.to_lowercase()
        word = lower.str.extract(r"([a-zäç]{3,})")
        month = word.replace_strict(MONTH_OF, default=None, return_dtype=pl.Int64).cast(pl.String)
        day_first = lower.str.extract_groups(
            r"(\d{1,2})(?:st|nd|rd|th|º)?[-. /]*(?:de )?[a-zäç]{3,}[-., /]*(?:de )?(\d{2,4})(.*)$"
        )
        month_first = lower.str.extract_groups(r"[a-zäç]{3,}[-., ]*(\d{1,2})(?:st|nd|rd|th)?[-., ]+(\d{4})(.*)$")

        def written(parts: pl.Expr) -> pl.Expr:
            year = parts.struct.field("2")
            full = pl.when(year.str.len_chars() == 2).then("20" + year).otherwise(year)
            return pl.concat_str(
                full, pl.lit("-"), month, pl.lit("-"), parts.struct.field("1"), parts.struct.field("3")
            )

        frame = frame.with_columns(
            pl.when(month.is_null())
            .then(value)
            .otherwise(pl.coalesce(written(day_first), written(month_first), value))
            .alias("v")
        )
    return frame["v"]


def _wall(parts: pl.DataFrame, order: Order) -> pl.Series:
    """The time on the clock that the parts say; null where there is no such day or hour."""
    a, b, c = (pl.col(name).cast(pl.Int32) for name in "abc")
    year_first = pl.col("a").str.len_chars() >= 3
    if order == "YMD":
        year_first = year_first | (pl.col("c").str.len_chars() <= 2)
    day, month = (b, a) if order == "MDY" else (a, b)
    year = pl.when(year_first).then(a).otherwise(c)
    frame = parts.select(
        pl.when(year < 70).then(year + 2000).when(year < 100).then(year + 1900).otherwise(year).alias("y"),
        pl.when(year_first).then(b).otherwise(month).alias("m"),
        pl.when(year_first).then(c).otherwise(day).alias("d"),
        *(pl.col(name).cast(pl.Int32).fill_null(0) for name in ("hour", "minute", "second")),
        pl.col("fraction").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int32).fill_null(0),
        pl.col("half").str.to_lowercase(),
    )
    hour = pl.col("hour")
    late = (
        pl.when((pl.col("half") == "p") & (hour < 12))
        .then(hour + 12)
        .when((pl.col("half") == "a") & (hour == 12))
        .then(0)
    )
    y, m, d = pl.col("y"), pl.col("m"), pl.col("d")
    is_leap = ((y % 4 == 0) & (y % 100 != 0)) | (y % 400 == 0)
    length = pl.when(m.is_in([4, 6, 9, 11])).then(30).when(m != 2).then(31).when(is_leap).then(29).otherwise(28)
    is_day = y.is_between(1, 9999) & m.is_between(1, 12) & (d >= 1) & (d <= length)
    is_hour = (hour <= 23) & (pl.col("minute") <= 59) & (pl.col("second") <= 59)
    valid = frame.with_columns(late.otherwise(hour).alias("hour")).with_columns(
        pl.when(is_day & is_hour).then(name).alias(name) for name in frame.columns if name != "half"
    )
    return valid.select(pl.datetime("y", "m", "d", "hour", "minute", "second", "fraction").alias("at"))["at"]


def _named_zone(wall: pl.Series) -> pl.Expr:
    """Instants of the values that name their zone."""
    zone = pl.col("zone")
    digits = zone.str.replace(":", "", literal=True)
    minutes = digits.str.slice(1, 2).cast(pl.Int64, strict=False) * 60 + digits.str.slice(3, 2).cast(
        pl.Int64, strict=False
    )
    sign = pl.when(zone.str.starts_with("-")).then(-1).otherwise(1)
    offset = pl.when(zone.str.contains(r"^[+-]")).then(sign * minutes).otherwise(0)
    at = pl.lit(wall) - pl.duration(minutes=offset)
    return pl.when(zone.is_not_null()).then(at.dt.replace_time_zone("UTC")).alias("at")


def _from_numbers(text: pl.Series, timezone: str) -> pl.Series:
    """Instants of bare numbers: a spreadsheet's days since 1899-12-30, or seconds or milliseconds since 1970."""
    number = pl.col("n")
    frame = pl.DataFrame({"n": text.cast(pl.Float64, strict=False)})
    is_serial = number.is_between(SERIAL_FROM, SERIAL_TO)
    is_seconds = number.is_between(1e8, 4.2e9)
    is_millis = number.is_between(1e11, 4.2e12)
    epoch = pl.when(is_millis).then(number * 1e3).when(is_seconds).then(number * 1e6)
    serial = pl.when(is_serial).then(((number - 25_569) * 86_400).round() * 1e6)
    found = frame.select(
        epoch.cast(pl.Int64).cast(pl.Datetime("us", "UTC")).alias("epoch"),
        serial.cast(pl.Int64).cast(pl.Datetime("us")).alias("serial"),
    )
    return pl.DataFrame({"epoch": found["epoch"], "wall": wall_time(found["serial"], timezone)}).select(
        pl.coalesce("epoch", "wall").alias("at")
    )["at"]
