"""Sentences that only say that something was bought, came or was used ("I ordered it in May", 收到了): no judgement.

A sentence is one where all of its words are of these lists. What is denied, late, "only" or "still" is in none of them.
"""

from __future__ import annotations

import polars as pl

from shopwright.reviews.opinion_words import is_blame, is_praise

__all__ = ["is_narrated", "says"]

LATIN = (
    # English
    "i we you he she they it this that these those me my our your his her their them one two three four five six seven"
    " eight nine ten a an the and as at by for from in into of on to with after before since then when was were is am"
    " are be been have had has i've i'm i'd we've just ordered order bought buy purchased purchase received receive got"
    " arrived came delivered delivery used using use worn wore wear opened unpacked tried gave given gift present day"
    " days week weeks month months year years ago yesterday today last first second third time times monday tuesday"
    " wednesday thursday friday saturday sunday january february march april may june july august september october"
    " november december christmas birthday mother mom mum father dad husband wife son daughter kids child children"
    " friend sister brother parents online here now size medium small large colour color pair item product store shop"
    # German
    " ich wir er sie es das die der den dem dies diese dieses mein meine meinen meiner meinem ein eine einen einem"
    " einer habe haben hat hatte ist war wurde für vor seit im in am an nach mit und zwei drei vier bestellt gekauft"
    " erhalten bekommen angekommen geliefert benutzt benutze getragen geschenk tag tage tagen woche wochen monat monate"
    " monaten jahr jahre jahren gestern heute januar februar märz mai juni juli oktober dezember weihnachten geburtstag"
    " mutter vater mann frau sohn tochter freund freundin"
    # Portuguese and Spanish
    " eu nós ele ela o os as um uma uns do da dos das no na nos nas em de para por com meu minha comprei recebi chegou"
    " pedi usei uso dei presente dia dias semana semanas mês meses ano anos ontem hoje há mãe pai marido esposa filho"
    " filha amigo amiga yo él ella el la los las un unos del al en con mi mis compré recibí llegó pedí usé regalo día"
    " días mes año años ayer hoy hace madre padre marido hijo hija janeiro fevereiro março abril maio junho julho"
    " agosto enero febrero marzo mayo junio julio"
)
HAN = (
    "收到货|收到|收货|到货|到手|拿到|买来|买给|买的|买了|购买|下单|订购|签收|拆开|打开|试用|使用|用来|用了|穿了|送人|送给|送的|给|买|用|穿|拿|订|送"
    "|昨天|今天|前天|上周|上个月|去年|今年|年|月份|月|日|号|天|周|星期|礼拜|小时|第一次|第二次|第三次|次|个多|刚刚|刚|已经|就|也|是|在|的|了|过|着|我们|我|他|她|它|这个|这款|这|那"
    "|老婆|老公|妈妈|妈|爸爸|爸|孩子|儿子|女儿|朋友|家人|老人|同事|自己|父母|宝宝|宝贝|东西|商品|货|包裹|件|个|双|台|本|瓶|盒|条|套|箱|一|二|两|三|四|五|六|七|八|九|十|几|半|多"
)
# "I ordered two and received one" is no mere report.
OTHERWISE = r"(?:order|bought|bestellt|买|订|下单).*(?:received|\bgot|\bcame|erhalten|bekommen|收到|给)"
# "热水器18号拍的", 通过携程订的房: whatever it was, it was ordered.
HAN_REPORT = "^[^不没无未非才只太很！？]{0,12}(?:拍|买|购|下|订|预订|收到|签收|入手)的(?:单|房|货)?[。，.~]*$"
LATIN_WORD, HAN_WORD = r"[\p{L}][\p{L}\p{Mn}']*", r"\p{Han}"
NARRATED = sorted(set(LATIN.split()))


def is_narrated(small: pl.Expr) -> pl.Expr:
    """Whether sentences, in small letters, only tell of a purchase, its way or its use."""
    left = small.str.replace_all(HAN, " ")
    return (
        ~left.str.contains(HAN_WORD)
        & left.str.extract_all(LATIN_WORD).list.eval(pl.element().is_in(NARRATED)).list.all()
        & ~small.str.contains(OTHERWISE)
        & ~small.str.contains(r"[!！?？]|\p{Extended_Pictographic}")
    )


def says(sentence: pl.Expr, praised: pl.Expr) -> pl.Expr:
    """Whether sentences may be shown as praise, where they are `praised`, or else as blame.

    They judge something, and do so not only in words of the other side.
    """
    small = sentence.str.to_lowercase().str.replace_all("’", "'", literal=True)
    praises, blames = is_praise(small), is_blame(small)
    against = pl.when(praised).then(blames & ~praises).otherwise(praises & ~blames)
    silent = small.str.contains(HAN_REPORT) & ~praises & ~blames
    return ~is_narrated(small) & ~silent & ~against
