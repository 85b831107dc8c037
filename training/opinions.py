"""Short opinions about things of every trade, written for the models that ship: clothing reviews know no batteries."""

from __future__ import annotations

from itertools import product

__all__ = ["CHINESE", "ENGLISH"]

_THINGS = (
    "the battery|the screen|the handle|the lid|the zip|the motor|the sound|the cable|it|the parcel|delivery|the seller|"
    "customer service|the support|the packaging|the taste|the smell|the price|the book|the pan|the toy|the mattress|the app"
).split("|")
_PRAISE = (
    "is great|is excellent|works perfectly|works well|is very good|is amazing|is wonderful|was fast|was helpful|is sturdy|"
    "lasts long|is worth every penny|is just as described|exceeded my expectations|arrived early|is easy to use|is perfect"
).split("|")
_BLAME = (
    "is terrible|broke after two days|stopped working|is very bad|is awful|never arrived|was rude|is flimsy|fell apart|"
    "is a waste of money|is useless|is not as described|is defective|was damaged|does not work|is not worth it|is dangerous|"
    "arrived late|leaks|died after a week|was horrible|is disgusting|is a joke|was a disappointment|caught fire|is broken"
).split("|")
_ALONE = {
    5.0: (
        "love it|loved it|highly recommend|would buy again|very happy|very satisfied|thank you|great value|five stars|"
        "best purchase ever|fantastic|brilliant|superb|👍|😍|❤️|😊|🙂|delicious|fast delivery|good quality|as expected"
    ).split("|"),
    3.0: "it is ok|average|nothing special|so so|neither good nor bad|fine for the price|does the job but no more".split("|"),
    1.0: (
        "hate it|do not buy|would not recommend|want my money back|very disappointed|waste of money|one star|refund please|"
        "worst purchase ever|rubbish|garbage|junk|👎|😡|😠|🤮|🙁|scam|fake|poor quality|avoid|never again|dangerous|too late"
    ).split("|"),
}
ENGLISH: dict[float, list[str]] = {
    5.0: [*_ALONE[5.0] * 3, *(f"{thing} {said}" for thing, said in product(_THINGS, _PRAISE))],
    3.0: [*_ALONE[3.0] * 3],
    1.0: [*_ALONE[1.0] * 3, *(f"{thing} {said}" for thing, said in product(_THINGS, _BLAME))],
}
CHINESE: dict[float, list[str]] = {
    5.0: "👍 😍 ❤️ 😊 🙂 五星好评 很满意 强烈推荐 值得购买 物超所值 回购 下次还来 好吃 发货快 质量很好 客服很好 非常喜欢".split() * 3,
    1.0: "👎 😡 😠 🤮 🙁 差评 很失望 千万别买 浪费钱 要求退款 再也不买 上当了 假货 质量很差 客服态度差 坏了 难吃 不推荐".split() * 3,
}
