"""Which SKUs are no goods but services: postage, fees, discounts, manual corrections, vouchers, samples."""

from __future__ import annotations

import polars as pl

from shopwright.shop.schema import names as c

__all__ = ["service_like"]

# What such lines are called in the languages that exports come in. A title made of these words alone is a service.
ENGLISH = (
    r"postages?|shipping|carriage|deliver(?:y|ies)|freight|handling|surcharges?|discounts?|manual|adjust(?:ment)?s?"
    r"|commissions?|bank|bad debts?|fees?|charges?|costs?|vouchers?|gift ?cards?|gift certificates?|samples?|donations?"
    r"|refunds?|credit notes?|rounding|insurance|deposits?|tips?|gift ?wrap(?:ping)?"
)
CHINESE = (
    r"邮费|运费|快递费?|补邮费?|补差价?|差价|补拍|专拍|手续费|服务费|包装费|折扣|优惠|代金券|优惠券|礼品卡|充值|样品|小样|定金|调整"
    r"|保险|链接"
)
PORTUGUESE = (
    r"frete|envio|entrega|postagem|taxas?|descontos?|ajustes?|vale|vale-presente|amostras?|comiss[aã]o|encargos?"
)
SPANISH = r"env[ií]o|gastos(?: de)?|portes?|flete|tarifas?|descuentos?|muestras?|comisi[oó]n|cargos?|recargos?|cup[oó]n"
GERMAN = (
    r"porto|versand(?:kosten)?|lieferung|geb[uü]hr(?:en)?|rabatt|gutscheine?|muster|korrektur|pfand|nachnahme|proben?"
)
FILLERS = (
    r"and|de|do|da|of|for|und|f[uü]r|e|y|the|a|per|next|same|day|first|second|class|overnight|express|standard|free"
    r"|international|uk|eu|extra|additional|dotcom|amazon|ebay|paypal|royal|mail|gr[aá]tis|expresso?"
)
WORD = rf"(?:{ENGLISH}|{CHINESE}|{PORTUGUESE}|{SPANISH}|{GERMAN})"
# Words that say what happened to a line even when they stand among others: "DOTCOM POSTAGE", "AMAZON FEE".
TELLING = (
    r"\b(?:postage|shipping|carriage|freight|surcharge|handling fee|commission|bank charges?|discount|adjust(?:ment)?|"
    r"manual|fee|samples?|bad debt|voucher|gift ?card|frete|desconto|taxa|env[ií]o|descuento|gastos|versand(?:kosten)?|"
    r"geb[uü]hr|rabatt|gutschein)\b|邮费|运费|补差|差价|手续费|服务费|代金券|优惠券|礼品卡|定金"
)
CODES = (
    r"^(?:post|postage|dot|ship|shipping|freight|disc|discount|fee|adj|adjust\w*|bank charges|amazonfee|gift[_\d]*|m|d"
    r"|s|b|c2)$"
)
SINGLE = 0.95  # share of lines with one unit
WILD = 10.0  # highest over lowest price
ODD = 100.0  # the same where nothing but behaviour speaks: goods sold by weight vary up to fifty-fold
UNSTEADY = 0.25  # spread of log prices
ENOUGH = 10  # lines from which behaviour says something


def service_like(skus: pl.DataFrame, prices: pl.DataFrame, price_spread: pl.DataFrame) -> pl.DataFrame:
    """SKUs that look like services: sku, title, n_lines, paid, why ("title", "code" or "behaviour").

    By name: the title consists of service words alone, or the code is one that shops use for them. By name and
    behaviour: a telling word stands in the title, and prices vary wildly as no product's do. By behaviour: nearly
    every line has one unit, prices vary a hundredfold, and hardly two of the lines cost the same.

    Args:
        skus: sku, title, n_lines, paid.
        prices: sku, price, n_lines, n_single.
        price_spread: sku, log_sd, from `robust.spread`.
    """
    ways = prices.group_by(c.SKU).agg(
        (pl.col(c.PRICE).max() / pl.col(c.PRICE).min()).alias("ratio"),
        (pl.col("n_single").sum() / pl.col("n_lines").sum()).alias("single"),
        (pl.len() / pl.col("n_lines").sum()).alias("distinct"),
    )
    title = pl.col(c.TITLE).str.to_lowercase().str.strip_chars().fill_null("")
    is_named = title.str.contains(rf"^(?:(?:{WORD}|{FILLERS})[\s\-/&+()（）.,:：]*)+$") & title.str.contains(WORD)
    is_coded = pl.col(c.SKU).str.to_lowercase().str.strip_chars().str.contains(CODES)
    is_told = title.str.contains(TELLING)
    is_wild = (pl.col("ratio") >= WILD) & (pl.col("log_sd") >= UNSTEADY)
    is_single = (pl.col("single") >= SINGLE) & (pl.col("distinct") > 0.5) & (pl.col("n_lines") >= ENOUGH)
    is_odd = is_wild & is_single & (pl.col("ratio") >= ODD)
    why = (
        pl.when(is_named).then(pl.lit("title"))
        .when(is_coded & (is_wild | (title == "") | is_told)).then(pl.lit("code"))
        .when(is_told & is_wild).then(pl.lit("title"))
        .when(is_odd).then(pl.lit("behaviour"))
    )  # fmt: skip
    judged = skus.join(ways, on=c.SKU, how="left").join(price_spread.select(c.SKU, "log_sd"), on=c.SKU, how="left")
    return (
        judged.with_columns(why.alias("why"))
        .filter(pl.col("why").is_not_null())
        .select(c.SKU, c.TITLE, "n_lines", "paid", "why")
        .sort("paid", descending=True)
    )
