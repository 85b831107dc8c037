"""Words that name no theme, in the languages that reviews are mostly written in: data, not interface."""

from __future__ import annotations

__all__ = ["ENGLISH", "GERMAN", "HAN_ENDS", "HAN_STOPS", "HAN_STOP_WORDS", "ROMANCE", "STOP_WORDS"]

ENGLISH = (
    "a about after again all also although always am an and another any anything are aren't as at back be because been"
    " before being best better bit both but by can can't could did didn't do does doesn't doing don't down each either"
    " else enough even ever every everything few first for from get gets getting give go goes going good got great had"
    " has hasn't have haven't having he her here him his honestly how however i i'd i'll i'm i've if in into is isn't"
    " it it'd it'll it's its itself just know less let like likes liked little look looks looked lot love loved loves"
    " made make makes many may maybe me more most much must my myself near need never nice no none nor not nothing now"
    " of off oh on once one ones only or other our out over own part pretty put quite rather really said same say see"
    " seem seems she should since so some something still such super sure take than that that's the their them then"
    " there there's these they they're thing things think this those though thought through to together too took"
    " totally tried try trying two under until up us use used usually very want wanted was wasn't way we well went were"
    " what when where which while who why will wish with without won't would wouldn't yes yet you you'll you're your"
    " absolutely definitely actually already almost probably especially extremely i'm im ive dont didnt doesnt isnt"
    " found bought buy purchased ordered order reviews review item product"
)
GERMAN = (
    "aber alle als also am an auch auf aus bei bin bis da dann das dass dem den denn der des die dies diese dieser doch"
    " du ein eine einem einen einer es etwas für ganz geht gut habe haben hat ich ihr im immer in ist ja kann kein"
    " keine leider man mehr mein meine mich mir mit nach nicht noch nur ob oder ohne schon sehr sein seit sich sie sind"
    " so über um und uns vom von war was weil wenn werden wie wieder wir wird zu zum zur"
)
ROMANCE = (
    "a ao aos as até bem com como da das de dela dele depois do dos e é ela ele em então era essa esse esta está este"
    " eu foi já lá mais mas me meu minha muito muita na nas não no nos o os ou para pela pelo pois por porque pra"
    " produto produtos quando que quem se sem ser seu só sua também tem tenho ter tudo um uma uns você"
    " al algo ante aunque bien cada con cual cuando del desde donde el ella en entre eran eres es esa ese eso estaba"
    " fue ha hay la las le les lo los mas mi mis muy ni nos otro para pero por porque que qué se si sí sin sobre su sus"
    " te tiene todo toda tu un una uno unos y ya yo recomendo recomiendo"
)
STOP_WORDS = frozenset(f"{ENGLISH} {GERMAN} {ROMANCE}".split())
# Characters that hardly ever begin or end a word which names a theme.
HAN_STOPS = frozenset(
    "的了是我你他她它们这那就也都和与在有没不很太还又再被把给对吗呢吧啊呀哦嘛么什才之其而且但为以于到着过个些一第"
)
# Those of them that hardly stand inside a longer word: where one begins, a word has ended ("物流太", but "太阳能").
HAN_ENDS = frozenset("的了是我你他她它们这那就也都和很还又太被把吗呢吧啊呀哦嘛么且但")
HAN_STOP_WORDS = tuple(
    [
        "时候",
        "今天",
        "非常",
        "比较",
        "感觉",
        "知道",
        "自己",
        "东西",
        "什么",
        "怎么",
        "可以",
        "还是",
        "已经",
        "因为",
        "所以",
        "如果",
        "一个",
        "觉得",
        "真的",
        "就是",
        "没有",
        "这个",
        "那个",
        "但是",
        "虽然",
        "而且",
        "问题",
        "喜欢",
        "不错",
        "应该",
        "可能",
        "现在",
        "以后",
        "之前",
        "居然",
        "竟然",
        "结果",
        "反正",
        "有点",
        "昨天",
        "前天",
        "明天",
        "下次",
        "上次",
        "这次",
        "多次",
        "确实",
        "简直",
        "起来",
        "希望",
        "明显",
        "总体",
        "总的",
        "整体",
        "买了",
        "好多",
        "差评",
        "好评",
    ]
)
