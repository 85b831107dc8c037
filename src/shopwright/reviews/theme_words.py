"""What goes wrong with goods and orders, in the words of five languages: data, not interface.

Each theme holds regular expressions for the beginnings of words in scripts that put blanks between them, and words in
Chinese. They are this project's own list; what no list names is found by `themes` and by the count of all complaints.
"""

from __future__ import annotations

from shopwright.i18n import Text, t

__all__ = ["ANY", "LABELS", "TASTE", "WORDS"]

ANY = "complaint"  # a bad review, whatever it says

# Complaints that are usual, or about the order rather than the goods.
TASTE = frozenset(
    (ANY, "size", "price", "colour", "delivery", "service", "flimsy", "comfort", "packaging", "wrong_item")
)

# theme: (English, German, Portuguese, Spanish), Chinese
WORDS: dict[str, tuple[tuple[str, str, str, str], str]] = {
    "seam": (
        (
            r"seams?\b|stitch|unravel|threads?\b.{0,20}\bloose|(?:loose|hanging) threads?|threads? hanging"
            r"|(?:came|coming|comes|fell|falling|falls) apart|fray",
            r"naht|nähte|ausgefranst|aufgetrennt",
            r"costura|descostur|desfi",
            r"costura|descos|deshilach",
        ),
        "开线|脱线|缝线|线头|开缝|脱缝|绽线|炸线|跳线|针脚|接缝(?:处)?[都就也]?[开裂]|缝开了|缝裂|缝.{0,2}裂开"
        "|(?:床单|床笠|被[套罩单子]|枕套|衣服?|裤|裙|袖|领口|里衬|面料|布料|鞋面|包包|坐垫|沙发套|窗帘|睡袋|腋下|裆)[^，。！？；]{0,8}裂",
    ),
    "tear": (
        (
            r"ripp(?:ed|ing)|rips?\b|tore\b|torn\b|tear(?:s|ing)?\b|holes?\b",
            r"aufgerissen|eingerissen|gerissen|zerriss|löcher|loch\b",
            r"rasg|furad[oa]|buraco",
            r"desgarr|agujer|rasg",
        ),
        "破洞|撕裂|破了|撕破|有洞|有个洞|小洞|窟窿|磨破|勾破|刮破|[了个道条开]口子|一扯就破|一拉就破",
    ),
    "coating": (
        (
            r"peel|flak(?:es?|ing|ed)\b|coating|chipp(?:ed|ing)|enamel|plating|varnish|rust",
            r"beschichtung|blätter|abgeblättert|rost\b|rostig|verrostet",
            r"descasc|ferrug|enferruj",
            r"descascar|pelando|se pela|óxid|oxid",
        ),
        "涂层|掉漆|脱落|掉渣|掉皮|生锈|脱皮|镀层|脱漆|漆掉|漆都掉|掉瓷|锈迹|锈斑|锈了|上锈|有锈",
    ),
    "breakage": (
        (
            r"crack|brok(?:e|en)\b|break(?:s|ing)?\b|shatter|snapp(?:ed|ing)|split\b|splinter",
            r"riss\b|risse\b|gesprungen|springt|(?:ab|zer|durch)?gebrochen|zersplitter|kaputt",
            r"quebr|rachad|rachou|trinc",
            r"rompi|se romp|rot[oa]s?\b|grieta|agriet|quebr|parti[óo]\b",
        ),
        "裂|断了|碎了|摔坏|断裂|折断|易碎|碎成|[是屏面]碎的|全碎|都碎|稀碎|碎渣|压碎|碎掉|断掉|断成|[掰碰用]就断|磕坏|磕掉|缺口|豁口|崩口"
        "|缺了?[一个]{0,2}[角口块]",
    ),
    "zip": (
        (r"zip(?:per)?s?\b", r"reißverschl|reissverschl", r"zíper|ziper|fecho", r"cremallera|cierre"),
        "拉链|拉锁|拉头|链头",
    ),
    "button": (
        (r"buttons?\b|snaps?\b", r"knopf|knöpfe", r"botão|botões|botao", r"bot[óo]n"),
        "扣子|纽扣|钮扣|按钮|按键|暗扣|按扣|卡扣|搭扣|魔术贴",
    ),
    "handle": (
        (
            r"handle|knob|straps?\b|hinge|lid\b|wheels?\b",
            r"griff|henkel|riemen|scharnier|deckel\b|räder\b",
            r"alça|puxador|dobradiça|tampa\b|rodinha",
            r"asas?\b|tirante|bisagra|tapa\b|ruedas?\b",
        ),
        "手柄|把手|肩带|提手|盖子|轮子|杯盖|壶盖|锅盖|瓶盖|提梁|背带|滚轮|万向轮|拉杆",
    ),
    "loose": (
        (
            r"(?:came|come|comes|is|are|was|already|got|so|very) loose\b|screws?\b|wobbl"
            r"|(?:came|come|fell|fall|falls|coming|popped|pops) off",
            r"locker|wackel|schraube|löst(?:e|en)? sich|lösen sich|abgefallen",
            r"parafus|solto|solta|soltou|soltando|frouxo|caiu|caindo",
            r"tornillo|suelt[oa]|flojo|se cae|se cay",
        ),
        "松动|松了|掉了|螺丝|晃动|散架|掉下来|脱胶|开胶|摇摇晃晃|晃来晃去|不牢固|不牢靠|[^歪]歪了|[^歪]歪的|松松垮垮",
    ),
    "light": (
        (
            r"flicker|buzz|hum(?:s|ming)\b|dim\b|screen|display",
            r"flacker|summt|brummt|bildschirm|display",
            r"piscando|pisca\b|tela\b|zumbido",
            r"parpade|zumb|pantalla",
        ),
        "闪烁|一直闪|不亮|黑屏|花屏|蓝屏|屏幕|闪屏|白屏|频闪|漏光|坏点",
    ),
    "power": (
        (
            r"batter(?:y|ies)|charg(?:e|er|es|ing)\b|overheat|short.circuit|plug\b",
            r"akku|batterie|überhitz|ladegerät|lädt nicht|stecker",
            r"bateria|carrega|superaquec|tomada",
            r"bater[íi]a|cargador|no carga|sobrecal|enchufe",
        ),
        "没电|电池|充不|充电|发热|发烫|耗电|不通电|通不上电|不上电|突然断电|老断电|断电了|跳闸|掉电|接触不良|烫手|续航(?:差|短|不)",
    ),
    "function": (
        (
            r"(?:won't|will not|doesn't|does not|didn't|cannot|can't) (?:turn on|switch on|start|work)|stopped working"
            r"|(?:never|not) work(?:ed|ing)?|dead\b|crash|defective|faulty|malfunction",
            r"funktioniert nicht|geht nicht (?:an|mehr)|defekt|wackelkontakt",
            r"não funciona|nao funciona|parou de funcionar|não liga|nao liga|com defeito|defeituos",
            r"no funciona|dej[óo] de funcionar|no enciende|defectuos",
        ),
        "坏了|开不了机|死机|失灵|不能用|重启|用不了|没反应|不工作|罢工|不好使|没法用|无法使用|无法开机|打不开|卡死|故障|出毛病|坏掉|就坏"
        "|报废|不灵敏|不加热|烧不开|不转了",
    ),
    "smell": (
        (
            r"smell|odou?r|stink|stank|reek|fumes?\b",
            r"riecht|geruch|stink|gestank|müffelt",
            r"cheiro|fede\b|fedor|fedid",
            r"olor|huele|apest",
        ),
        "异味|刺鼻|难闻|臭|味道很大|味道大|味儿|气味|怪味|呛鼻|熏人|一股味"
        "|(?:塑料|胶水?|油漆|汽油|煤油|橡胶|皮革|药水?|化学|染料|烟|馊|腥|汗|铁锈|消毒水)味|味(?:道)?[很太好挺超真]{1,2}[重冲]|味(?:道)?(?:特别|非常|有点)[重冲]",
    ),
    "printing": (
        (
            r"pages?\b.{0,20}\b(?:fall|fell|loose|missing|torn|came)|binding|misprint|blurr(?:y|ed)|printed? (?:badly|wrong)",
            r"seiten\b.{0,20}\b(?:fallen|lös|fehl|heraus|lose)|bindung|fehldruck",
            r"páginas? (?:solt|falt|rasg)|encaderna",
            r"páginas? (?:suelt|falt|rot)|encuaderna",
        ),
        "掉页|缺页|书页|内页|错字|印刷|装订|散了|字迹模糊|纸质差|纸张差|错页|漏页|少页|漏印|[有是都带]重影|墨迹|字太小|字体太小|排版乱|排版差|纸太薄|纸张太|纸质太",
    ),
    "leak": (
        (r"leak|drips?\b|dripping", r"undicht|läuft aus|ausgelaufen|tropft|leckt", r"vaza|vazou", r"gotea|fuga|derram"),
        "漏水|漏液|漏油|渗漏|漏了|漏气|漏出|漏的|就漏|渗水|渗出|滴水|洒出|洒了|撒了|盖不严|盖不紧|拧不紧|密封不|密封性差",
    ),
    "stain": (
        (
            r"bled\b|bleeds?\b|stain|dye\b|dyes\b|rubs? off",
            r"färbt ab|abgefärbt|fleck",
            r"manch|solta tinta",
            r"manch",
        ),
        "掉色|染色|污渍|色牢|掉毛|脱色|掉颜色|串色|染到|污点|污迹|油渍|水渍|脏兮兮|脏了|黑点|斑点",
    ),
    "fade": (
        (r"fad(?:e|es|ed|ing)\b|discolou?r", r"verfärb|ausgeblichen|verblasst", r"desbot", r"destiñ|desteñ|decolor"),
        "褪色|退色|变色|发黄|泛黄|变黄|洗白了|颜色掉|颜色都掉",
    ),
    "shrink": (
        (r"shrank|shr[iu]nk", r"eingelaufen|eingegangen", r"encolh", r"encog"),
        "缩水|缩了|洗后变小|洗完变小|洗了变小|越洗越小|越洗越短",
    ),
    "shape": (
        (
            r"pill(?:ed|ing|s)\b|stretched out|lost (?:its|their) shape|warp",
            r"fusselt|ausgeleiert|verzogen|pilling",
            r"bolinha|deform",
            r"bolitas|deform",
        ),
        "起球|变形|起毛|走形|走样|塌陷|塌了|凹陷|翘边|弯了|鼓包|起皱|皱巴巴",
    ),
    "flimsy": (
        (
            r"thin\b|cheap(?:ly)?\b|flims|see.?through|sheer\b|(?:poor|bad|low|terrible|awful) quality|poorly made"
            r"|quality is (?:poor|bad|terrible|awful)",
            r"dünn|billig|schlechte qualität|minderwertig|schlecht verarbeitet",
            r"frágil|má qualidade|baixa qualidade|péssima qualidade|qualidade (?:ruim|péssima|baixa)|vagabund",
            r"endeble|mala calidad|baja calidad|pésima calidad|frágil|delgad",
        ),
        "太薄|很薄|偏薄|廉价|质量差|质量太差|质量不好|质量不行|质量真差|质量堪忧|质量问题|劣质|做工差|做工很差|做工太差|做工不好|粗糙|做工粗|质量很差"
        "|偷工减料|不结实|不耐用|不经用|用料差|次品|残次|瑕疵|塑料感",
    ),
    "comfort": (
        (
            r"itch|scratchy|uncomfortable|stiff\b",
            r"kratz|unbequem|steif",
            r"coça|desconfort|áspero",
            r"pica\b|incómod|áspero",
        ),
        "扎人|扎皮肤|不舒服|发痒|磨脚|太硬|硌人|硌脚|勒人|勒得|不透气|闷脚|捂脚|刺挠|硬邦邦|瘙痒|很痒",
    ),
    "size": (
        (
            r"too (?:small|big|large|tight|loose|short|long|wide|narrow)|runs? (?:\w+ )?(?:small|large|big)"
            r"|(?:smaller|larger|bigger|shorter|longer) than|huge\b|tiny\b|way too|sizing|wrong size",
            r"zu (?:klein|groß|gross|eng|weit|kurz|lang)|(?:kleiner|größer|kürzer) als|fällt (?:klein|groß)",
            r"pequen[oa]|menor que|maior que|apertad|muito (?:grande|curt|larg)|tamanho (?:errado|diferente)",
            r"pequeñ|apretad|más (?:pequeñ|grande|cort)|demasiado (?:grande|cort|larg)|talla (?:equivocada|pequeña|grande)",
        ),
        "偏小|偏大|太小|太大|小了|大了|尺码不|尺寸不|太紧|太短|太长|码数不|偏紧|偏长|偏短|太松|太肥|太瘦|太宽|太窄|不合身|不合脚|挤脚|穿不上|穿不下|装不下|放不下"
        "|比(?:想象|想像|预想|预期)[的得中里要还]{0,4}(?:[小短窄紧]|大(?:[了很些多一点]|$))|有[点些]小(?:[了啊呀]|$)",
    ),
    "colour": (
        (
            r"colou?rs?\b.{0,25}\b(?:off|different|duller|darker|lighter|not (?:as|the|like)|wrong)"
            r"|(?:darker|duller|lighter) (?:than|in person)|not (?:as|like) (?:pictured|shown|the (?:picture|photo))"
            r"|looks? nothing like",
            r"farbe.{0,25}(?:anders|blasser|dunkler|heller|nicht wie)|nicht wie (?:abgebildet|auf dem bild)",
            r"cor (?:diferente|errada|não)|diferente da (?:foto|imagem)|não é igual",
            r"color (?:diferente|distinto|equivocado)|diferente a la (?:foto|imagen)|no es (?:igual|como)",
        ),
        "色差|颜色不|颜色偏|颜色差[别距很太]|偏色|实物不|实物差|图片不符|图文不符|描述不符|货不对[板版办]|比图片|照骗"
        "|[与和跟](?:图片|照片|描述|宣传|介绍|图|图上|图片上|照片上|页面)(?:上)?的?(?:完全|严重|根本|有点|颜色)?(?:不|差[别距很太得远])",
    ),
    "delivery": (
        (
            r"deliver(?:y|ed).{0,25}\b(?:late|slow|weeks?|days|never)|(?:late|slow) (?:delivery|shipping)|shipping took"
            r"|(?:never|didn't|did not|hasn't|not) (?:arriv|receiv|come\b|been delivered)|delay|still waiting|courier",
            r"lieferung.{0,30}(?:wochen|spät|langsam|dauer)|nicht (?:angekommen|erhalten|geliefert)|verspät|nie angekommen",
            r"não (?:recebi|chegou|foi entregue)|nao (?:recebi|chegou)|atras|ainda não|demor|prazo|entrega",
            r"no (?:recib|lleg)|no ha llegado|retras|tard[óo]|demor|todavía no",
        ),
        "快递慢|物流慢|发货慢|没收到|没有收到|送货慢|太慢|迟迟|不发货|还没到|延误|物流有点慢|快递走|龟速|丢件|没到货|没送到|不送上门|物流差|快递差|催了"
        "|等了(?:好久|很久|[一二两三四五六七八九十半几多好0-9]{1,3}个?多?(?:周|星期|礼拜|月|天))|(?:月|周|星期|天)才(?:到|收到|送|发)",
    ),
    "packaging": (
        (
            r"(?:box|package|packag|parcel|wrapp)\w*.{0,25}\b(?:torn|damaged|dirty|open|crushed|dent|poor|bad|oversized|excessive)"
            r"|(?:poor|bad) packag|arrived (?:broken|damaged|dirty)|dent(?:ed|s)?\b|crushed|damaged",
            r"verpackung|beschädigt|verbeult|karton.{0,20}(?:offen|kaputt|zerriss)",
            r"embalagem|danificad|amassad|avariad",
            r"embalaje|dañad|abollad|aplastad",
        ),
        "包装破|包装差|包装简|包装太|破损|压坏|压扁|外包装|包装坏|包装盒|包装烂|包装很差|包装不[好行严牢]|包装都?[破烂坏]|压变形|瘪了|裸发"
        "|[盒箱]子?[都就也]?(?:破|烂|坏|瘪|扁)|没有?(?:任何)?(?:气泡膜|防护|保护)",
    ),
    "wrong_item": (
        (
            r"wrong (?:item|product|one|colou?r|size|order)|missing|incomplete|not what i ordered|instead of|sent me (?:the|a)"
            r"|only (?:received|got) (?:one|half|part)",
            r"falsche[rsn]? |fehlt|fehlen|unvollständig|nicht das, was|statt ",
            r"errad|faltand|faltou|faltam|veio (?:outr|só|apenas)|recebi (?:só|apenas|somente)|trocad|incomplet",
            r"equivocad|falta(?:n|ba)?\b|incomplet|solo (?:recib|lleg)|en lugar de",
        ),
        "发错|少发|缺少|漏发|少了|寄错|缺件|配件不|不是我买|送错|少寄|漏寄|发成|寄成|没发全|配件少|不是我要|发的不是"
        "|[少缺](?:了)?一[个件本包瓶盒条只双]|没有?赠品|赠品没",
    ),
    "fake": (
        (
            r"fake|counterfeit|knock.?off|not (?:genuine|authentic|original)|imitation|second.?hand|used item",
            r"fälschung|gefälscht|nicht original|gebraucht",
            r"falsificad|fals[oa]\b|não (?:é|são) origina|pirata|usado",
            r"falsificad|fals[oa]\b|no es original|imitaci[óo]n|usado",
        ),
        "假货|是假的|山寨|盗版|不是正品|翻新|二手货|冒牌|不像正品|仿品|高仿|假冒|水货|旧货|以次充好|冒充|普通货|使用痕迹|被用过|被人用过|别人用过|像是用过",
    ),
    "service": (
        (
            r"customer service|customer support|rude|refund|no (?:reply|answer|response)|nobody (?:answer|repl)|unhelpful",
            r"kundenservice|kundendienst|unfreundlich|erstattung|keine antwort",
            r"atendimento|reembolso|estorno|descaso|não respond|sem resposta",
            r"atenci[óo]n al cliente|reembolso|devoluci|no responde|grosero",
        ),
        "客服|售后|态度差|态度恶劣|态度不好|态度很差|态度极差|退款|不理人|没人理|没人回|推脱|服务差|服务态度|爱[答理]不理|不回复|不给退|不给换|不让退|踢皮球|敷衍|投诉",
    ),
    "price": (
        (
            r"expensive|overpriced|not worth|waste of money|rip.?off",
            r"zu teuer|überteuert|geldverschwendung",
            r"muito car[oa]|não vale|dinheiro jogado",
            r"muy car[oa]|no vale|tirar el dinero",
        ),
        "太贵|有点贵|稍贵|偏贵|好贵|贵了|贵太多|买贵|不值|不划算|性价比低|性价比不高|降价|浪费钱|冤枉钱|白花钱|智商税|坑人|虚高",
    ),
    "spoiled": (
        (
            r"rotten|expired|stale\b|spoil(?:ed|t)|went bad|best.before",
            r"abgelaufen|verdorben|verfault|ranzig",
            r"vencid|estragad|podre",
            r"caducad|podrid|en mal estado",
        ),
        "烂了|烂的|烂掉|过期|临期|变质|变味|走味|馊了|不新鲜|坏果|坏的|腐烂|受潮|结块|胀袋|胀包|哈喇",
    ),
}

LABELS: dict[str, Text] = {
    ANY: t("bad reviews of any kind"),
    "seam": t("seams and threads"),
    "tear": t("holes and tears"),
    "coating": t("coating and rust"),
    "breakage": t("cracks and breakage"),
    "zip": t("zips"),
    "button": t("buttons"),
    "handle": t("handles, straps and lids"),
    "loose": t("loose or lost parts"),
    "light": t("light and display"),
    "power": t("battery and power"),
    "function": t("does not work"),
    "smell": t("smell"),
    "printing": t("pages and print"),
    "leak": t("leaks"),
    "stain": t("stains and dye that comes off"),
    "fade": t("fading"),
    "shrink": t("shrinking"),
    "shape": t("pilling and losing shape"),
    "flimsy": t("thin or cheaply made"),
    "comfort": t("itchy or uncomfortable"),
    "size": t("wrong size or fit"),
    "colour": t("not as pictured"),
    "delivery": t("late or lost delivery"),
    "packaging": t("parcel and packaging"),
    "wrong_item": t("wrong or missing items"),
    "fake": t("fakes and used goods"),
    "service": t("customer service"),
    "price": t("price"),
    "spoiled": t("spoiled goods"),
}
