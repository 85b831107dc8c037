"""Short opinions about things of every trade, written for the models that ship: clothing reviews know no batteries."""

from __future__ import annotations

from itertools import product

__all__ = ["CHINESE", "ENGLISH"]


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", "|").split("|") if part.strip()]


_THINGS = _listed("""
    the battery|the screen|the handle|the lid|the zip|the motor|the sound|the cable|it|the parcel|delivery|the seller
    customer service|the support|the packaging|the taste|the smell|the price|the book|the pan|the toy|the mattress
    the app
""")
_PRAISE = _listed("""
    is great|is excellent|works perfectly|works well|is very good|is amazing|is wonderful|was fast|was helpful|is sturdy
    lasts long|is worth every penny|is just as described|exceeded my expectations|arrived early|is easy to use
    is perfect
""")
_BLAME = _listed("""
    is terrible|broke after two days|stopped working|is very bad|is awful|never arrived|was rude|is flimsy|fell apart
    is a waste of money|is useless|is not as described|is defective|was damaged|does not work|is not worth it
    arrived late|leaks|died after a week|was horrible|is disgusting|is a joke|was a disappointment|caught fire|is broken
    is dangerous
""")
_LOVED = _listed("""
    love it|loved it|highly recommend|would buy again|very happy|very satisfied|thank you|great value|five stars
    best purchase ever|fantastic|brilliant|superb|👍|😍|❤️|😊|🙂|delicious|fast delivery|good quality|as expected
""")
_BORNE = _listed("it is ok|average|nothing special|so so|neither good nor bad|fine for the price|does the job, no more")
_HATED = _listed("""
    hate it|do not buy|would not recommend|want my money back|very disappointed|waste of money|one star|refund please
    worst purchase ever|rubbish|garbage|junk|👎|😡|😠|🤮|🙁|scam|fake|poor quality|avoid|never again|dangerous|too late
""")
_AGAIN = 3  # times each that stands alone is learned from, beside the hundreds that are put together

ENGLISH: dict[float, list[str]] = {
    5.0: [*_LOVED * _AGAIN, *(f"{thing} {said}" for thing, said in product(_THINGS, _PRAISE))],
    3.0: _BORNE * _AGAIN,
    1.0: [*_HATED * _AGAIN, *(f"{thing} {said}" for thing, said in product(_THINGS, _BLAME))],
}
CHINESE: dict[float, list[str]] = {
    5.0: _AGAIN
    * _listed("""
        👍|😍|❤️|😊|🙂|五星好评|很满意|强烈推荐|值得购买|物超所值|回购|下次还来|好吃|发货快|质量很好|客服很好|非常喜欢
    """),
    1.0: _AGAIN
    * _listed("""
        👎|😡|😠|🤮|🙁|差评|很失望|千万别买|浪费钱|要求退款|再也不买|上当了|假货|质量很差|客服态度差|坏了|难吃|不推荐
    """),
}
