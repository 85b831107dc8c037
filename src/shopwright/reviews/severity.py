"""Words of danger, in five languages: a product that hurts somebody is told at once.

The list is this project's own; words that mostly mean something else in reviews ("burnt orange", "I was shocked", "a
sharp look") are left out or tied to their neighbours.
"""

from __future__ import annotations

from shopwright.i18n import Text, t

__all__ = ["HARMLESS", "SEVERE", "SEVERE_LABELS"]

# danger: (English, German, Portuguese, Spanish), Chinese
SEVERE: dict[str, tuple[tuple[str, str, str, str], str]] = {
    "fire": (
        (
            r"(?:caught|catch(?:es)?|set|went up|goes up) (?:\w+ )?(?:on )?(?:fire|flames)|in flames|fire hazard|flames? (?:came|shot)"
            r"|sparks? (?:came|flew|shot|fl(?:y|ying))|sparked",
            r"in brand (?:geraten|gesteckt|gesetzt|geriet)|(?:geriet|gerät|setzte?|steckte?) (?:\w+ ){0,3}in brand|feuer gefangen|in flammen|brandgefahr|brandgefähr|funken",
            r"pegou fogo|em chamas|incêndio|incendiou|faísca",
            r"(?:prendi|cogi)[óo] fuego|en llamas|incendi(?:ó|os?\b)|chispas",
        ),
        "着火|着了火|起火|失火|自燃|火灾|冒火|喷火|火花|烧起来",
    ),
    "smoke": (
        (
            r"smok(?:e|ing) (?:came|coming|comes|out|poured|from)|(?:start(?:ed|s)|began) (?:to smoke|smoking)|it smoked\b|burning smell"
            r"|smell(?:s|ed)? (?:of|like) (?:burning|smoke)|melt(?:ed|ing|s)\b|scorch",
            r"qualmt|rauch(?:t|te|entwicklung)|verschmort|schmort|geschmolzen|brandgeruch",
            r"fumaça|derreteu|cheiro de queimado",
            r"humo\b|derriti|olor a quemado",
        ),
        "冒(?:黑|白|青)?烟|烧焦|焦味|糊味|烧坏|烧毁|烧穿|烧化|熔化|烧了起来"
        "|(?:插头|插座|插排|线|充电器|主板|电机|马达|适配器|底座|机器|电路|保险丝|电池|灯泡|屏幕?|模块|卡)[都就给被也直接又全]{0,2}烧(?:了|掉)",
    ),
    "burn": (
        (
            r"burn(?:ed|t|s)? (?:my|me|his|her|our|the (?:baby|kid|child)|myself|(?:on|to) (?:my|his|her))|burns? on|scald|blister",
            r"verbrannt|verbrennung|verbrüh|brandblase",
            r"me queim|queimadura|queimou (?:minha|meu|a mão|a pele)|bolhas?\b",
            r"me quem|quemadura|ampolla",
        ),
        "烫伤|烧伤|灼伤|烫到|被烫|烫着|烫红|烫了一下|烫了手|烫出|起水泡",
    ),
    "shock": (
        (
            r"electric(?:al)? shock|electrocut|(?:got|gave|gives|get|had) (?:me |us )?(?:a |an )?(?:\w+ )?shock\b|shocked (?:me|my (?:hand|finger))"
            r"|zapped|live wire|exposed wir",
            r"stromschlag|stromschläge|unter strom|elektrischen schlag",
            r"choque elétrico|(?:levei|tomei|deu) (?:um )?choque",
            r"descarga eléctrica|calambre|electrocut",
        ),
        "触电|漏电|[被会能还]电到|电到[我手人]|被电(?:了|的|击|麻)|电了一下|电了我|麻手|电击",
    ),
    "injury": (
        (
            r"injur|(?:to|in|at) (?:the )?hospital\b|emergency room|(?:hurt|cut) (?:my|him|her)self"
            r"|(?:hurt|cut|broke|bruised) (?:my|his|her|our) (?:(?:left|right|little|index) )?(?:hand|finger|thumb|arm|leg|foot|feet|toe|knee"
            r"|head|face|eye|lip|skin|back|neck|wrist|ankle|tooth|teeth|baby|child|children|kid|son|daughter)s?\b"
            r"|(?:was|is|were|started) bleeding|blood (?:everywhere|on my)|drew blood|bloody (?:finger|hand)|ambulance|needed stitches",
            r"verletz|krankenhaus|notaufnahme|blutet|geblutet|(?:finger|hand) geschnitten|blutig",
            r"machuc|ferid[oa]|ferimento|(?:ao|para o|(?:parar|parei|fui|foi|acab\w+|termin\w+) no) hospital|cortei (?:a|o|minha|meu)"
            r"|sangr(?:ou|ando|amento|ar)\b",
            r"lesion|heri(?:da|do|dó)|(?:en el|al) hospital|urgencias|me cort[ée]|sangr(?:ó|é|(?:e|a|aba|ando|ado|ar)\b)",
        ),
        "受伤|划伤|割伤|刮伤了?[我手腿脚]|夹伤|摔伤|磕伤|流血|流了.{0,2}血|见血|(?:进|送|住|跑)[了到去往进]{0,2}医院|去(?:了|过)?(?:一趟|趟)?医院|医院(?:就诊|看病|检查|缝|一?查)|弄伤|扎伤|砸伤|砸到|割破|划破手|划破了?手|夹到手|夹了手|急诊",
    ),
    "allergy": (
        (
            r"allerg|rash(?:es)?\b|hives\b|skin (?:irritat|reaction)|irritat(?:ed|es|ing) (?:my|his|her|the) skin|swollen|swelling|eczema|dermatitis",
            r"allerg|ausschlag|juckreiz|hautreizung|hautreaktion|geschwollen|quaddeln",
            r"alergi|alérgic|irritação na pele|coceira|inchad",
            r"alergi|alérgic|sarpullido|irritaci[óo]n (?:en|de) la piel|hinchad|urticaria",
        ),
        "过敏|起疹|出疹|疹子|红疹|皮疹|红肿|皮炎|起红点|起疙瘩|又红又痒|荨麻疹|烂脸|刺痛",
    ),
    "choking": (
        (
            r"chok(?:e|ed|ing)\b|swallow(?:ed|s)? (?:a|an|the|one|it|part)\b|suffocat|small parts? (?:came|come|broke|fell)",
            r"erstick|verschluck|kleinteile",
            r"engasg|sufoc|engoli",
            r"atragant|asfixi|trag[óo]",
        ),
        "窒息|噎住|噎到|卡喉|卡在喉|卡住喉|吞下|误吞|误食|呛到|呛着",
    ),
    "sharp": (
        (
            r"sharp (?:edge|corner|point|piece|metal|plastic|bit|end)s?|edges? (?:is|are|was|were) (?:\w+ )?sharp|(?:found|left|with) (?:\w+ ){0,2}(?:needle|pin)s?\b|needles? in|pins? left|glass (?:shard|splinter|piece)s?|shards?\b",
            r"scharfkantig|scharfe[rn]? (?:kante|ecke|rand)|nadel|scherben|(?:glas|holz|metall)splitter",
            r"pont[ai]s? afiad|bordas? afiad|agulha|cacos|estilhaç",
            r"bordes? afilad|punt[ao]s? afilad|aguja|esquirla|astilla",
        ),
        "锋利|毛刺|倒刺|扎手|扎到手|割手|割到手|刮手|划手|断针|针头|玻璃渣|碎玻璃|有一?根?断?针(?:[在，。！]|$)|尖锐的?[边角刺棱]",
    ),
    "mould": (
        (
            r"mou?ld(?:y|s)?\b|mildew|maggot|worms?\b|insects?\b|bugs? (?:in|inside|crawl)|cockroach|bed.?bugs?",
            r"schimmel|verschimmelt|maden|würmer|ungeziefer|insekten|kakerlak",
            r"mofo|bolor|larvas?|vermes|inseto",
            r"moho|larvas?|gusano|insecto|cucaracha",
        ),
        "发霉|长霉|霉变|[^倒]霉了|霉味|霉斑|霉点|长(?:了|出)?[白绿黑]?毛(?:了|$)|虫子|小虫|飞虫|虫卵|[里都上]有虫|生虫|长虫|蛆|蟑螂|[有多爬]蚂蚁",
    ),
    "poison": (
        (
            r"poison|toxic|food poisoning|(?:made|makes) (?:me|us|him|her|them) (?:\w+ )?(?:sick|ill|vomit)|vomit|diarrh|nause|formaldehyde|lead paint",
            r"giftig|vergift|übelkeit|erbrochen|übergeben|durchfall|formaldehyd",
            r"tóxic|envenen|intoxica|vômit|vomit|diarre|enjoo|passei mal|passou mal",
            r"tóxic|envenen|intoxica|vómit|vomit|diarrea|náusea",
        ),
        "中毒|有毒|甲醛|呕吐|拉肚子|闹肚子|肚子[疼痛]|上吐下泻|吃坏|恶心想吐|腹泻|毒性|吐了",
    ),
    "explosion": (
        (
            r"explo(?:de|ded|des|ding|sions?)\b|burst (?:open|in|into)|blew up|blow(?:s|n)? up",
            r"explodier|explosion|geplatzt|zerplatzt",
            r"explod(?:iu|ir|e|em|iram|indo)\b|explos(?:ão|ões)|estour\w*",
            r"explot|explosi(?:ón|ones\b)|revent|estall",
        ),
        "爆炸|炸裂|炸了|炸开|爆裂|爆开|爆了",
    ),
}

# What holds a word of danger and tells of none, in small letters: bubble wrap, bubbles of air and soap, a deadline that
# is blown, print that is blown out. Taken out before dangers are looked for.
HARMLESS = (
    r"(?:papel|papéis|plástico|plastico|plast|saco|envelope|embalagem)[ -](?:(?:de|com) )?bolhas?\b"
    r"|bolhas? (?:de )?(?:ar|sabão|sabao|protetoras?)\b"
    r"|estour\w* (?:(?:muito|todo|totalmente|completamente) )?(?:o|do|os|meu|nosso) "
    r"(?:prazo|orçamento|orcamento|limite)s?\b"
    r"|(?:prazo|orçamento|orcamento|limite)s? (?:(?:já|ja|foi|está|esta|ficou) )*estour\w*"
    r"|pontos? (?:(?:\w+) )?estourad[oa]s?\b"
    # anger, fame and viruses; knives that are to cut
    r"|(?:气得?|急得?|心里?|眼睛?|眼里)[都直]?冒火|擦出[^，。]{0,4}火花|看吐了|笑吐了"
    r"|[弱帅火酷赞美丑差爽逊挤萌香棒好贵刷]爆了|(?:信息|知识|人口|人品|颜值|性价比|口碑|好评)爆炸|爆炸[式性头]"
    r"|(?:电脑|系统|平板|手机|软件|文件|u盘)[^，。]{0,3}中毒|(?:刀|剪|刃)[^，。]{0,5}锋利"
    # trains, torches and matches; sparks of thought; fashion that moulds to a body
    r"|[挨沿]着火车|着火(?:车|炬|炉|锅|盆)|火(?:车|炬|炉|柴)|(?:思想|真理|灵感|智慧|碰撞|爱情)[^，。]{0,4}火花|[美爽幸福到]{1,2}[爆炸]了"
    r"|mou?ld(?:s|ed|ing)? (?:nicely |perfectly |well |itself |themselves )*(?:to|around|with)\b"
    r"|(?:br[eo]ke|breaks?|fits?) the mou?ld|needle in a haystack|pins? (?:for |as )?(?:an? )?closures?\b|swallow (?:\w+ ){1,5}up\b"
)

SEVERE_LABELS: dict[str, Text] = {
    "fire": t("fire"),
    "smoke": t("smoke and melting"),
    "burn": t("burns"),
    "shock": t("electric shock"),
    "injury": t("injury"),
    "allergy": t("allergy and rashes"),
    "choking": t("choking"),
    "sharp": t("sharp edges and needles"),
    "mould": t("mould and vermin"),
    "poison": t("poison and sickness"),
    "explosion": t("explosion"),
}
