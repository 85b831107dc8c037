"""Words that praise or blame wherever they stand, in the languages that reviews are mostly written in: data.

For what is shown of reviews only: a name or a quote that such a word contradicts is not chosen.
"""

from __future__ import annotations

import polars as pl

from shopwright.reviews.negated import MARKS, NOT, WEAKLY, han_marked, without_double

__all__ = ["is_blame", "is_praise", "mood_words"]

# Boundaries as ASCII knows them: those of Unicode make Rust's engine many times slower.
EDGE = r"(?-u:\b)"

PRAISE = (
    r"happy|happily|glad|pleased|delighted|satisfied|love(?:d|s|ly)?|great|excellent|perfect(?:ly)?|amazing|awesome"
    r"|wonderful|fantastic|beautiful(?:ly)?|gorgeous|adorable|comfortable|comfy|cute|(?:highly )?recommend(?:ed)?"
    r"|impressed|bargain|favou?rite|flattering|best|soft|pretty|worth"
    r"|zufrieden|toll(?:e[rsnm]?)?|super|wunderbar|schön(?:e[rsnm]?)?|begeistert|perfekt|empfehle|empfehlenswert"
    r"|ótim[oa]s?|otim[oa]s?|excelente|perfeit[oa]s?|maravilhos[oa]s?|lind[oa]s?|satisfeit[oa]s?|adorei|amei|recomendo"
    r"|perfect[oa]s?|maravillos[oa]s?|encanta(?:do|da)?|content[oa]|feliz|recomiendo|estupend[oa]|genial|bonit[oa]s?"
)
BLAME = (
    r"bad(?:ly)?|awful|terrible|horrible|poor(?:ly)?|worst|worse|disappoint(?:ed|ing|ment|s)?|broke(?:n)?|cheap(?:ly)?"
    r"|unflattering|uncomfortable|useless|junk|trash|garbage|waste|wrong|defective|faulty|refund|returned|returning"
    r"|unfortunately|sadly|stink(?:s|y)?|itchy|scratchy|ripped|torn|unhappy|annoying|annoyed|overpriced|late"
    r"|schlecht(?:e[rsnm]?)?|enttäusch(?:t|end|ung)|kaputt|schrecklich|mangelhaft|leider|zurückgeschickt|defekt"
    r"|ruim|ruins|péssim[oa]s?|horríve(?:l|is)|decepcion(?:ad[oa]|ante)|quebrad[oa]s?|quebrou|defeito|infelizmente"
    r"|mal[oa]s?|pésim[oa]s?|decepción|rot[oa]s?|rompió|defectuos[oa]s?|desgraciadamente"
)
HAN_PRAISE = (
    "满意|喜欢|好看|漂亮|舒服|舒适|好用|好吃|好喝|好闻|推荐|方便|实惠|划算|便宜|值得|很好|挺好|真好|太好|不错|很棒|太棒|完美|物美价廉|物超所值"
    "|给力|开心|高兴|惊喜|感谢|精美|精致|热情|周到|流畅|清晰|柔软|信赖|干净|整洁|优美|易懂|超值|性价比高|正品|喜爱|点赞|超赞|很赞|齐全|贴心|爱不释手"
)
HAN_BLAME = (
    "失望|垃圾|很差|太差|极差|差劲|差评|难闻|难看|难用|难吃|难喝|刺鼻|异味|臭|破损|坏了|烂|假货|骗|坑|后悔|恶心|糟|气愤|生气|投诉|退货|退款|太慢|很慢"
    "|太贵|太小|太大|不好|不行|不值|掉漆|褪色|掉色|漏水|漏液|发霉|过敏|卡顿|死机|粗糙|陈旧|太旧|噪音|太吵|无耻|上当|浪费|忽悠|质量差|态度差|服务差|肮脏|脏|较差|最差|郁闷|遗憾|冒充|劣质"
)
BEFORE = "|".join(sorted((*NOT.split(), r"[a-z]+n't"), key=len, reverse=True))
DENIED = rf"{EDGE}(?:{BEFORE})\s+(?:[a-z]+\s+){{0,2}}?"
# What is denied blames nothing: 没有异味. A refund that is denied does, and help that is not too great (没有太大帮助).
STAYS = "退货|退款|投诉|差评|太大|太小"
DENIABLE = "|".join(word for word in HAN_BLAME.split("|") if word not in STAYS.split("|"))
HAN_NOT_BAD = f"(?:没有?|不|无|毫无|未|零)(?:{WEAKLY}|是[很太]|会|算|容易|至于)*(?:{DENIABLE})"
HAN_ALL_BAD = f"没有不会?({DENIABLE})"
HAN_DENIED = f"[{''.join(MARKS)}]\\p{{Han}}{{0,2}}"
GOOD, BAD = (rf"(?:^|[^\p{{L}}])(?:{words})(?:[^\p{{L}}]|$)" for words in (PRAISE, BLAME))
NOT_GOOD, NOT_BAD = (rf"{DENIED}(?:{words})(?:[^\p{{L}}]|$)" for words in (PRAISE, BLAME))


def is_praise(small: pl.Expr) -> pl.Expr:
    """Whether sentences, in small letters, hold a word of praise that is not denied."""
    bare = small.str.replace_all(NOT_GOOD, " ").str.contains(GOOD)
    han = han_marked(small).str.replace_all(f"{HAN_DENIED}(?:{HAN_PRAISE})", "，").str.contains(HAN_PRAISE)
    return bare | han | small.str.contains("不错")


def is_blame(small: pl.Expr) -> pl.Expr:
    """Whether sentences, in small letters, hold a word of blame that is not denied, or a denied one of praise."""
    bare = small.str.replace_all(NOT_BAD, " ").str.contains(BAD)
    denied = small.str.contains(NOT_GOOD) | han_marked(small).str.contains(f"{HAN_DENIED}(?:{HAN_PRAISE})")
    # of those none fails to fade (没有不掉色的): all do
    han = without_double(small.str.replace_all(HAN_ALL_BAD, "，$1")).str.replace_all(HAN_NOT_BAD, "，")
    return bare | denied | han.str.contains(HAN_BLAME)


def mood_words(term: pl.Series) -> pl.Series:
    """Mood of terms by their words alone: 1 praise, −1 blame, 0 neither or both."""
    small = pl.col("term")
    told = pl.DataFrame({"term": term}).select(is_praise(small).cast(pl.Int8) - is_blame(small).cast(pl.Int8))
    return told.to_series()
