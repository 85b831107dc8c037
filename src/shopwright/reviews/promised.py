"""Goods that are as they were shown or described: praise, though a complaint that they are not begins alike."""

from __future__ import annotations

import re

__all__ = ["SAME_AS_SHOWN", "as_promised"]

SHOWN = "描述|图片|照片|实物|页面|宣传|介绍|图"
# What tells of no difference, in small letters: also read as a fault of colour by its words alone ("色差不大").
SAME_AS_SHOWN = (
    rf"(?:{SHOWN})(?:上|里|中)?(?:说|写|看到|显示|展示)?的?"
    r"(?:都|完全|基本|基本上|几乎|是|很|也|非常|挺|比较|商品|东西|颜色)*"
    r"(?:一致|一样|一模一样|相符|符合|吻合|差不多|没差|无差|没有?(?:什么|任何)?(?:色差|区别|差别|出入))"
    r"|(?:没有?(?:什么|任何)?|无|零)色差|色差(?:也|都)?(?:不大|很小|不明显|几乎没有)|(?:实物|图片)差(?:别|距|异)(?:也|都)?(?:不大|很小|不明显)"
)
LATIN = (
    r"\b(?:(?:just|exactly|looks?|is|are|was|were) (?:as|like) (?:it is |it was |is |was )?"
    r"(?:described|pictured|shown|advertised)|(?:as|like) (?:described|pictured|shown|advertised)"
    r"|(?:just |exactly )?like (?:in )?the (?:picture|photo|description)s?"
    r"|true to (?:the )?(?:picture|photo|description)s?"
    r"|(?:genau )?wie (?:beschrieben|abgebildet|auf dem (?:bild|foto))|entspricht der beschreibung"
    r"|conforme (?:anunciado|descrito|a (?:foto|descrição|imagem)|o anúncio)"
    r"|igual (?:à|a|ao) (?:foto|imagem|anúncio|descrição)"
    r"|(?:como|tal cual|igual (?:que|a)) (?:en |a )?(?:la )?(?:foto|imagen|descripción))\b"
)
SAYS = re.compile(rf"(?i)(?:{SAME_AS_SHOWN})|{LATIN}")
DENIED = re.compile(
    r"(?i)(?:\b(?:not|never|nothing|n't|isn't|wasn't|aren't|weren't|doesn't|nicht|não|nao|no|nada|kaum|hardly)\b[\s\w]{0,12}"
    r"|[不没无](?:是|太|很|能|怎么)?[^，。！？,.!?]{0,4})$"
)


def as_promised(text: str) -> list[tuple[int, int]]:
    """First and past-the-last character of what says so, where nothing before it in its clause denies it.

    >>> as_promised("和描述一致，但是太慢"), as_promised("和描述不一致"), as_promised("Not as described")
    ([(1, 5)], [], [])
    """
    return [each.span() for each in SAYS.finditer(text) if not DENIED.search(text[: each.start()])]
