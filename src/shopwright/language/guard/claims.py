"""Claims and promises by their words: superlatives, guarantees, free shipping, properties, cures; in English and Chinese."""

# ruff: noqa: E501 - Chinese signs count double, and a pattern is read best on one line

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

__all__ = ["Claim", "claims"]

Sort = Literal["superlative", "promise", "property", "medical"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim in a text: what it says (`what`, the same in both languages), and whether it is denied."""

    start: int
    end: int
    what: str
    sort: Sort
    denied: bool


# What is claimed: the sort, English forms, Chinese forms. Both sides of a row say the same, so that either backs either.
_CLAIMS: tuple[tuple[str, Sort, str, str], ...] = (
    ("best", "superlative",
     r"(?:very |world'?s |absolute )?best(?! (?:regards|wishes|before|practices?|of luck|way to|suited for|if|,|\n|$))(?!-?sell)|finest|unbeatable|unrivall?ed|unmatched|second to none|perfect",
     "最[好佳优棒美赞强]|顶级|顶尖|极致|极品|完美|无与伦比|无可比拟|无敌|王牌|绝佳"),
    ("first", "superlative",
     r"(?:no\.? ?|number )(?:1|one)(?![0-9.,])|#1(?![0-9])|ranked first|first[- ]ever|world'?s first|industry[- ]first|market leader|leading brand|top[- ]ranked",
     "第一(?![次个天步时周季批种款件条章篇位名]|印象|反应)|第1(?![0-9次个天步季批])|首个|首创|首款|首家|领导品牌|领先品牌|冠军|行业领先|遥遥领先|TOP ?1(?![0-9])"),
    ("only one", "superlative", r"one and only|the only (?:one|brand|product|shop|company)|exclusive(?:ly)?(?! of)|one of a kind", "唯一|独一无二|独家|绝无仅有"),
    ("lowest price", "superlative",
     r"(?:lowest|cheapest|best)(?: \w+)? prices?|cheapest|price[- ]match\w*|unbeatable prices?|lowest in the (?:market|country)",
     "全网最低|史上最低|历史最低|最低价|最便宜|全网底价|低价保证|最实惠"),
    ("bestseller", "superlative", r"best[- ]?sell(?:er|ers|ing)|most popular|top[- ]sell(?:er|ing)|fan favou?rite", "最畅销|最受欢迎|最热[卖销]|销量第一|销冠|爆款"),
    ("most", "superlative",
     r"(?:the|our|its) most (?!of\b|part\b|recent|likely|common)[a-z-]+|(?:the )?(?:highest|largest|biggest|safest|fastest|strongest|toughest|lightest|softest|warmest|smartest|greatest|purest|freshest|quietest|newest|healthiest|easiest)(?: in | on |-| of all|[ ,.!]|$)",
     "最(?![近后终初多少迟晚早低起新])(?:[高大小快强轻薄软暖美安舒专先便时耐实]|受|具|值|为)[全适业进宜尚用惠]?|最低(?!价|起订|消费)|最新(?:款|技术|科技)|之最|最高级|顶配"),
    ("national", "superlative", r"nationally? (?:certified|recogni[sz]ed)|state[- ]level|government[- ](?:approved|endorsed)", "国家级|世界级|国际级|宇宙级|国家(?:认证|免检|领导人)|驰名商标|免检"),
    ("100 %", "superlative", r"(?:100|hundred) ?(?:%|percent|per cent) (?!of\b|cotton|wool|silk|linen|polyester)[a-z]+", "(?:100%|百分百|百分之百)(?!棉|羊毛|桑蚕丝)"),
    ("always", "superlative", r"(?:never (?:fails?|breaks?|fades?|rusts?|wears? out)|lasts? forever|indestructible|flawless|zero risk|forever)", "绝对|永不|永久|永远不|万能|零风险|无风险|从不(?:褪色|生锈|变形)|终身不"),
    ("guarantee", "promise", r"guarante\w+|we promise|you have my word|rest assured|satisfaction (?:is )?assured", "保证(?!金)|承诺|担保|包您满意|放心购|假一赔[十百三万]|假一罚[十百三万]|包退|包换"),
    ("money back", "promise", r"money[- ]back|full refund|refund(?:s|ed)? in full|(?:we(?:'ll| will| can)|will be|you(?:'ll| will) (?:get|receive)) (?:\w+ )?(?:an? )?refund(?:ed)?|no questions asked|free returns?|risk[- ]free",
     "全额退款|无理由退[货换款]?|退款保证|免费退[换货]|先行赔付|包赔|会(?:给|为)您退款|为您(?:办理)?退款"),
    ("free shipping", "promise", r"free (?:\w+ )?(?:shipping|delivery|postage)|ships? (?:for )?free|shipping is (?:free|on us)|no (?:shipping|delivery) (?:fee|cost|charge)s?|free of (?:shipping )?charge",
     "包邮|免运费|免邮|运费全免|免费(?:送货|配送|邮寄|发货|快递)"),
    ("free gift", "promise", r"free gifts?|(?:for|absolutely|completely|totally) free\b|complimentary|buy one,? get one(?: free)?|bogo", "免费(?!送货|配送|邮寄|发货|快递|退)|赠送|赠品|买[一二三1-3]送[一二三1-3]|白送|送礼"),
    ("same day", "promise", r"same[- ]day|next[- ]day(?! after)|overnight (?:shipping|delivery)|express delivery|instant(?:ly)? (?:delivery|delivered)|ships? (?:today|immediately)", "当[日天](?:达|送|发)|次日达|隔日达|次日送达|极速达|即刻发货|立即发货|闪电发货|秒发"),
    ("lifetime", "promise", r"lifetime (?:warranty|guarantee|support)|extended warranty", "终[身生](?:保修|质保|维护|售后)|永久(?:保修|质保)"),
    ("around the clock", "promise", r"24 ?/ ?7|around the clock|round[- ]the[- ]clock", "7 ?[×x*] ?24|24小时(?:在线|客服|服务)|全天候|随时在线"),
    ("compensation", "promise", r"compensat\w+|(?:store|shop) credit|we(?:'ll| will) (?:pay|cover|waive)\b", "赔偿|补偿|赔付|返现|补差价|价保|保价"),
    ("in stock", "property", r"in stock|available now|ready to ship", "有现?货|现货|库存充足|货源充足"),
    ("sold out", "property", r"sold out|out of stock|back[- ]?ordered|discontinued", "售罄|无货|缺货|断货|卖完|停产|下架"),
    ("scarce", "promise", r"limited[- ](?:time|edition|stock|offer)|last chance|while (?:stocks?|supplies) lasts?|selling fast|final sale|ends? (?:soon|tonight)", "限时|限量|最后机会|手慢无|即将(?:售罄|截止|结束)|仅剩"),
    ("waterproof", "property", r"water[- ]?proof(?:ed)?|submersible", "防水(?!台)"),
    ("water resistant", "property", r"water[- ]?(?:resistant|repellent)|splash[- ]?proof", "防泼溅|防溅|拒水|防泼水"),
    ("shockproof", "property", r"shock[- ]?(?:proof|resistant)|unbreakable|shatter[- ]?proof|drop[- ]?proof|bullet[- ]?proof", "防摔|防震|抗震|摔不[坏破]|防爆|抗摔"),
    ("dustproof", "property", r"dust[- ]?proof|scratch[- ]?(?:proof|resistant)|rust[- ]?(?:proof|free)|stain[- ]?(?:proof|resistant)|wrinkle[- ]?free|fade[- ]?proof", "防尘|防刮|耐刮|防锈|不生锈|防污|免烫|不褪色|抗皱|不起球"),
    ("fireproof", "property", r"fire[- ]?proof|flame[- ]?(?:retardant|resistant)|heat[- ]?(?:proof|resistant)", "防火|阻燃|耐高温|隔热"),
    ("bpa free", "property", r"bpa[- ]?free|non[- ]?toxic|toxin[- ]?free|chemical[- ]?free|lead[- ]?free|phthalate[- ]?free", "不含(?:双酚A|BPA)|无毒|零甲醛|无甲醛|无添加|不含(?:化学|防腐|荧光)\\w?"),
    ("organic", "property", r"organic(?:ally)?(?! growth| search| traffic)|all[- ]natural|100 ?% natural|natural ingredients", "有机(?!会|玻璃)|纯天然|全天然|天然成分"),
    ("green", "property", r"eco[- ]?friendly|environmentally[- ]friendly|biodegradable|compostable|carbon[- ]neutral|sustainabl[ey]|recycled|recyclable|plastic[- ]free", "环保|可降解|可回收|碳中和|低碳"),
    ("hypoallergenic", "property", r"hypo[- ]?allergenic|dermatolog\w+|gentle on (?:\w+ )?skin|sensitive skin|fragrance[- ]free", "低敏|防过敏|不过敏|抗敏|敏感肌|亲肤"),
    ("food grade", "property", r"food[- ](?:grade|safe)|dishwasher[- ]safe|microwave[- ]safe|oven[- ]safe", "食品级|可微波|微波炉(?:适用|可用)|洗碗机"),
    ("vegan", "property", r"vegan|cruelty[- ]free|gluten[- ]free|sugar[- ]free|halal|kosher", "素食|零残忍|无麸质|无糖|零糖|清真"),
    ("genuine", "property", r"genuine(?! (?:mistake|question))|authentic|100 ?% (?:original|authentic)|real leather|(?:pure|real|solid) (?:gold|silver|silk|leather|wood|cotton)", "正品|原装|真皮|纯棉|纯银|纯金|真丝|实木|正版"),
    ("handmade", "property", r"hand[- ]?(?:made|crafted|woven|painted|stitched)", "手工(?!费)|纯手工|手作"),
    ("cotton", "property", r"(?:100 ?%|pure) (?:cotton|wool|silk|linen|cashmere)|stainless steel|titanium|carbon fib(?:er|re)", "100%(?:棉|羊毛|桑蚕丝)|不锈钢|钛合金|碳纤维"),
    ("antibacterial", "property", r"anti[- ]?(?:bacterial|microbial|viral)|kills? (?:\w+ )?(?:germs|bacteria|viruses)|steril\w+|germ[- ]free", "抗菌|抑菌|杀菌|除菌|灭菌|抗病毒|除螨|消毒"),
    ("sun", "property", r"uv[- ]?(?:protect\w+|resistant|proof)|spf|sun[- ]?proof", "防晒|防紫外线|抗紫外"),
    ("certified", "property", r"(?:ce|fda|iso|ul|rohs|oeko-tex)[- ](?:certified|approved|marked)|certified|accredited|lab[- ]tested|independently tested|(?:clinically|scientifically) (?:tested|proven)|fda|patent(?:ed)?", "认证|专利|检测合格|质检|权威检测|临床(?:验证|证明|试验)|科学证明|获批"),
    ("award", "superlative", r"award[- ]winning|prize[- ]winning|award(?:ed)? (?:for|the)", "获奖|得奖|大奖|金奖"),
    ("recommended", "superlative", r"(?:doctor|dermatologist|expert|dentist|vet|celebrity)s?[- ](?:recommended|approved|endorsed)|(?:doctors|experts|celebrities) (?:recommend|agree|swear)|as seen on", "(?:医生|专家|明星|大牌|院士|名人)(?:推荐|同款|代言|都在用)|权威推荐"),
    ("child safe", "property", r"(?:child|baby|kid|pet)[- ]?(?:safe|proof)|safe for (?:children|babies|kids|infants|pets|pregnan\w+)|completely safe|perfectly safe|harmless", "婴儿可用|孕妇(?:可用|适用|放心)|母婴级|儿童安全|安全无害|无副作用|绝对安全"),
    ("cures", "medical", r"cur(?:e|es|ed|ing)\b|heal(?:s|ed|ing)?\b|treat(?:s|ing|ment of| your) (?!yourself|yourselves)|therapeutic|relieves? (?:pain|stress|anxiety|\w+ache)|pain relief|anti[- ](?:ag(?:e)?ing|cancer|inflammatory|wrinkle)|prevents? (?:cancer|disease|illness|infection|\w+itis)|lowers? (?:blood|cholesterol)|boosts? (?:your )?(?:immun\w+|metabolism|energy)|weight loss|burns? fat|detox\w*|side effects?|miracle",
     "治疗|治愈|根治|疗效|药效|医用级|医疗级|抗癌|防癌|降血[压糖脂]|降三高|减肥|瘦身|燃脂|排毒|消炎|止痛|祛斑|祛痘|祛湿|美白|抗衰老?|增强免疫|提高免疫|壮阳|补肾|延年益寿|药到病除|特效|助眠|生发|防脱"),
    ("made in", "property", r"made in (?:the )?[A-Z][A-Za-z]+|imported from [A-Z][a-z]+|(?:german|swiss|japanese|italian|french)[- ](?:made|engineered|quality|engineering)", "(?:德国|日本|瑞士|法国|意大利|美国|韩国|国产|进口)(?:制造|生产|原产|进口|工艺|品质|原装)|原装进口|产地"),
    ("warranty", "property", r"warrant(?:y|ies)", "质保|保修|三包"),
)  # fmt: skip
_ENGLISH = [
    (what, sort, re.compile(rf"(?<![A-Za-z0-9])(?:{form})(?![A-Za-z])", re.I)) for what, sort, form, _ in _CLAIMS
]
_CHINESE = [(what, sort, re.compile(form)) for what, sort, _, form in _CLAIMS]
# One look that most texts fail is cheaper than fifty.
_ANY_CHINESE = re.compile("|".join(f"(?:{form})" for *_, form in _CLAIMS))
_DENIED = re.compile(
    r"(?:\b(?:not|no|never|without|neither|nor|cannot|can't|isn't|aren't|wasn't|don't|doesn't|didn't|won't|couldn't|unable to|lacks?|hardly|barely|rather than|instead of)"
    r"|n't)(?: (?:be|been|being|a|an|the|any|our|able|to|yet|currently|always|necessarily|really|fully|completely|offer|provide|make|give|claim|include|have|at|all|say|promise|come|with|is|are))*[ -]?$",
    re.I,
)
_DENIED_ZH = re.compile(
    "(?:不(?!仅|但|只|止|光|断)|没有?|无法?|非|未|并非|不是|不能|不会|无法|不可|没法|别|勿|难以|不具备|不支持|不提供|不属于|不算|谈不上)(?:再|能|会|是|够|具|做|提供|支持|保|享受|属于|具备|为|您|进行|有|任何|作)*$"
)
_NON = re.compile(r"\bnon[- ]?$", re.I)
_ASKED = re.compile(r"^[^.!。！\n]{0,60}[?？]")


def claims(text: str) -> Iterator[Claim]:
    """The claims of a folded text, from the surest row on; a question claims nothing."""
    rows = list(_ENGLISH)
    if not text.isascii() and _ANY_CHINESE.search(text):
        rows += _CHINESE
    taken = bytearray(len(text))
    found = [(match, what, sort) for what, sort, form in rows for match in form.finditer(text)]
    for match, what, sort in sorted(found, key=lambda row: row[0].start() - row[0].end()):
        start, end = match.span()
        if taken.find(1, start, end) >= 0 or start == end:
            continue
        taken[start:end] = b"\1" * (end - start)
        if not _ASKED.search(text[end : end + 80]):
            yield Claim(start, end, _exact(what, match.group()), sort, _is_denied(text, start, end))


def _exact(what: str, written: str) -> str:
    """A place of origin is a claim of its own for each country."""
    country = re.search(r"(?:made in (?:the )?|imported from )(\w+)", written, re.I) if what == "made in" else None
    return f"made in {country[1].lower()}" if country else what


def _is_denied(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - 44) : start]
    if _DENIED.search(before) or _NON.search(before) or _DENIED_ZH.search(before[-10:]):
        return True
    return bool(
        re.match(r"\s?(?:is|are|was|were)(?:n't| not| never)\b|(?:是|并)?不(?:行|支持|提供|适用)", text[end : end + 14])
    )
