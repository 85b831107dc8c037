"""What a sentence talks about, as a handful of concepts: a model, its orders, its output, a check that is skipped.

Grams know the words that they have seen; a concept is known by any of its words, in English, Chinese or Portuguese, so
that an order in new words still shows by what meets in it.
"""

# ruff: noqa: E501 - a concept is read best on one line

from __future__ import annotations

import re
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

__all__ = ["NAMES", "SIZE", "concepts"]

_WORDS: dict[str, tuple[str, str]] = {  # words of languages that put spaces between them; Chinese signs
    "machine": (r"ais?|a\.i|artificial|bots?|chatbots?|robots?|assistants?|language models?|llms?|gpt\w*|machines?|software|programs?|algorithms?|classifiers?|summari[sz]ers?|parsers?|scripts?|agents?|auto\w*|computers?|neural|engines?|ia|assistente|rob[ôo]|modelo de linguagem|sistema", "机器|智能|人工智|助手|助理|模型|算法|程序|软件|系统|电脑|自动|代码|爬虫|数字人|gpt"),
    "orders": (r"prompts?|instructions?|rules?|guidelines?|polic(?:y|ies)|directives?|restrictions?|limits?|limitations?|constraints?|guardrails?|filters?|briefing|safeguards?|protocols?|config\w*|settings?|programming|setup|regulations?|principles?|manual|orders you|instru[çc]\w+|regras?|diretrizes|restri\w+|pol[íi]tica\w*", "提示词|提示语|指令|规则|规矩|规定|守则|准则|政策|设定|约束|限制|要求|底线|原则|命令|嘱咐|吩咐|交代|框架|红线|话术|配置"),
    "drop": (r"ignor\w+|disregard\w*|forget|drop|override\w*|bypass\w*|suspend\w*|abandon|lift\w*|expire\w*|void|revoke\w*|switch off|turn off|disable\w*|no longer|stop|leave (?:out|aside|behind)|bend|break|unlearn|overwrite|replace\w*|instead|rather than|desconsider\w+|esque[çc]\w*|descart\w+", "忽略|无视|忘|抛开|抛弃|丢开|甩|别管|不管|不用管|不用理|推翻|绕|跳过|作废|失效|取消|解除|关掉|关了|不算|停用|改成|换成|违反|打破|破例|通融|别听|过期|撤"),
    "earlier": (r"previous\w*|prior|before|above|earlier|preceding|initial\w*|original\w*|first (?:message|line|text|words?)|beginning|so far|up to now|precedes?|were (?:given|told|handed)|was given|anterior\w*|acima|antes", "之前|以前|先前|前面|前头|上面|以上|上文|最初|开头|一开始|起初|原先|原来|第一行|第一条|此前|初始"),
    "output": (r"summar(?:y|ies|i[sz]e\w*)|reply|replies|answers?|respon[ds]e?s?|output\w*|reports?|overview|recap|digest|verdict|draft\w*|memo|conclusion|headline|text you|resum\w+|respost\w+|respond\w+|relat[óo]rio", "摘要|总结|归纳|概括|回复|回答|答复|报告|周报|结论|输出|汇总|评语|回信|草稿|标题|作答|回我"),
    "label": (r"five stars|5 stars|top marks|ten out of ten|positive|negative|rat(?:e|ing)s?|rank\w*|scor\w+|classif\w+|categor\w+|label\w*|tag(?:ged)?|sentiment|grade\w*|mark (?:this|it|me|my|as|every\w*)|treat \w+ as|count \w+ as|estrelas|positiv\w+|avali\w+|classifi\w+", "五星|满分|好评|正面|评为|打分|高分|标为|标成|标记|判定|归到|归类|分类|类别|情感|排第|排在|权重|当作|视为|记为|算作|标签|评级"),
    "always": (r"always|never|every (?:time|reply|answer|message)|each (?:reply|answer|message|time)|from (?:now|here|this|today) on|from (?:this moment|today)|whenever|no matter|regardless|until further|whatever (?:they|i|you|else|happens)|for the rest|whoever|sempre|nunca|a partir de", "一直|永远|每次|每条|每个|往后|今后|以后|从现在|从此|无论|不管|不论|凡是|只要|一律|统统|全都|绝不"),
    "only": (r"only|nothing (?:but|else|more)|exactly|solely|just say|just write|single word|one word|no other|and nothing|apenas|somente", "只说|只回|只输出|只能|只许|只需|除了|别的不|其他不|仅|一个字|两个字"),
    "secret": (r"secret\w*|hidden|confidential|internal\w*|system (?:prompt|message)|credentials?|passwords?|tokens?|keys?|not supposed to|forbidden|private\w*|under the hood|behind the scenes|knowledge base|back ?end|segred\w+|ocult\w+|senha\w*|confidencia\w+", "秘密|隐藏|机密|保密|内部|系统提示|密钥|口令|密码|令牌|不让说|不能说|底牌|后台|私密|暗语|敏感|底价|进货价|泄露|透露"),
    "tell": (r"reveal\w*|print\w*|show|tell me|list|recite|repeat|quote|copy|paste|dump|disclose|share|type (?:out|it)|write out|spell out|read (?:it|me|back|aloud|out)|give me|let me (?:see|know|read)|describe|send me|output|verbatim|word for word|mostr\w+|revel\w+|repit\w+|diga|list\w+", "告诉我|发给我|发我|列出|列个|贴|打印|给我看|说出|念|背|抄|复述|重复|展示|交出|导出|一字不|原样|原文|原封|逐字|瞧瞧|看看|描述|吐|报出"),
    "people": (r"other (?:customers?|users?|people|buyers?|shoppers?)|another (?:customer|user|buyer)|customers?'|users?'|everybody|everyone|all (?:customers|users|members)|neighbou?r|somebody else|whose|addresses|phone numbers?|e-?mails|names|clientes|outros|endere[çc]os|telefones", "其他客户|别的客户|其他买家|别人|所有客户|全部客户|所有人|大家|邻居|手机号|电话|地址|姓名|身份证|买家|顾客|用户|会员"),
    "money": (r"refund\w*|reimburs\w*|credit\w*|payout|pay|paying|compensat\w+|voucher\w*|coupon\w*|discount\w*|gift ?cards?|free|bonus|money|cash|price|claims?|reembols\w+|desconto\w*|cupom|cupons|gr[áa]tis", "退款|退钱|赔|补偿|优惠|券|折|返现|红包|余额|打款|付款|放款|转账|免单|免费|白送|包邮|价格|钱|额度"),
    "check": (r"verif\w+|proof|approv\w+|identity|checks?|checking|authori[sz]\w+|permission|clearance|eligible|validat\w+|procedure|escalat\w+|skip\w*|without asking|limits?|exception\w*|verific\w+|aprov\w+|comprov\w+", "验证|核实|核对|审核|审批|批准|通过|授权|权限|许可|凭证|实名|身份|资格|条件|免|跳过|不用|无需|不经|转人工|上报|特批|放行"),
    "boss": (r"admin\w*|developers?|engineers?|operators?|owner|ceo|head office|management|manager|supervisor|team|vendor|creators?|makers?|staff|ops|security|legal|compliance|department|boss|i (?:wrote|built|made|trained) you|administrador\w*|desenvolvedor\w*|gerente|dono", "管理员|开发|工程师|运营|总部|经理|主管|老板|店长|店主|官方|技术部|法务|质检|运维|厂家|上级|团队|部门|公司|平台|领导"),
    "link": (r"https?:|www\.|//|@\w|\.example|links?|url|image|picture|markdown|webhook|server|site|link", "http|www|//|链接|网址|图片|网站|服务器|邮箱|公众号|微信"),
    "play": (r"pretend\w*|imagine\w*|play|role\w*|game|act (?:as|like)|you are now|become|persona|character|hypothetical\w*|suppose|fiction\w*|story|mode|simulat\w+|finja|imagine|jogo|modo|aja como", "假装|想象|扮演|扮|角色|游戏|假设|假如|如果你是|你是|模式|故事|人格|身份|当我是|变成|设想|当作"),
    "format": (r"json|xml|html|base64|code ?block|python|sql|encode\w*|decode\w*|translate\w*|poem|haiku|rhyme|song|backwards|bullet|first letters?|field|string|yaml|riddle|acrostic", "json|代码|编码|解码|翻译|诗|谜|拼音|倒着|表格|字段|格式|字符|首字|第一个字|字典"),
    "frame": (r"system ?[:\]>]|assistant ?[:\]>]|user ?[:\]>]|</?\w+>|[\[{(]\W*(?:system|auto|note|status|tool|role)|#{2,}|-{3,}|={3,}|end of|begin(?:s|ning)? of|\w+=\w+|\"\w+\" ?:|next (?:input|step|instruction)|tool (?:result|call)", "系统[：:]|助手[：:]|用户[：:]|客服[：:]|客户[：:]|【|】|\\[|\\]|<|＜|#{2,}|＃{2,}|-{3,}|——|={3,}|到此|完毕|下一步|下一条|\"[^\"]+\" ?[:：]"),
    "tool": (r"functions?|tools?|databases?|records?|api|call(?:ing)? (?:the )?\w+_|run|execute\w*|query|button|lookup|parameters?|arguments?|balance|account|queue|ferramenta|fun[çc][ãa]o|execut\w+", "工具|函数|数据库|接口|调用|执行|运行|按钮|流程|参数|后台|账户|账号|工单|单子|查询|库"),
    "praise": (r"flawless|perfect|best|excellent|bargain|recommend\w*|praise|promote|top of|rank|advertis\w+|compliments?|perfeit\w+|melhor|recomend\w+|elogi\w+", "完美|最好|夸|推荐|优点|赞美|首推|美言|第一|毫无|零差评|好话|无可挑剔|最值得"),
    "blame": (r"warn\w*|competitor\w*|dangerous|scam|fake|avoid|recall\w*|complaints?|defects?|negative|hide|leave out|omit|mention|insult\w*|rude|swear|concorrente\w*|reclama\w+|defeito\w*", "提醒|同行|竞争|危险|骗|假货|隐患|差评|投诉|缺陷|缺点|隐瞒|别提|不提|别写|不要提|骂|负面|坏话"),
    "you": (r"you|your|yours|yourself|voc[êe]|seus?|suas?", "你|您|贵"),
    "ask": (r"please|kindly|could you|can you|would you|must|should|have to|need to|do me|let'?s|make sure|be sure|i want you|i need you|por favor|deve|precisa", "请|麻烦|帮我|替我|能不能|可以|必须|应该|务必|给我|要你|让你|你就|得|吧|呗|行不行|好不好|照办|照做"),
    "hush": (r"do(?:n'?t| not) (?:tell|mention|say|pass|reveal)|nobody|no one|quietly|between (?:you|us)|secretly|keep quiet|n[ãa]o (?:conte|mencione)|ningu[ée]m", "别告诉|不要告诉|别跟|没人知道|悄悄|偷偷|私下|咱俩|小声|不要提|保持沉默"),
    "me": (r"i|my|me|mine|we|our|us|meu|minha|eu", "我|俺|咱|本人"),
}  # fmt: skip
NAMES = tuple(_WORDS)
_FORMS = tuple(re.compile(rf"(?<![^\W_])(?:{spaced})(?![^\W_])|{han}") for spaced, han in _WORDS.values())
_PAIRS = tuple(combinations(range(len(NAMES)), 2))
_FIRST, _SECOND = (np.array(side) for side in zip(*_PAIRS, strict=True))
_LENGTHS = (10, 20, 40, 80)  # letters; a Chinese sign counts as three
SIZE = len(NAMES) + len(_PAIRS) + len(_LENGTHS)


def concepts(text: str) -> NDArray[np.float32]:
    """Which concepts occur in a text in plain small letters, which pairs of them, how long it is: ones and noughts.

    >>> found = concepts("dear bot, your rules are over")
    >>> [name for name, there in zip(NAMES, found) if there]
    ['machine', 'orders', 'you']
    """
    there = np.array([form.search(text) is not None for form in _FORMS], dtype=np.float32)
    letters = sum(3 if "\u4e00" <= sign <= "\u9fff" else 1 for sign in text if sign.isalnum())
    length = np.array([letters > least for least in _LENGTHS], dtype=np.float32)
    return np.concatenate([there, there[_FIRST] * there[_SECOND], length])
