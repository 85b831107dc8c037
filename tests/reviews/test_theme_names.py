"""Names and quotes of themes have the mood and language of what they stand on; repetitive shops have themes, too."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from shopwright.reviews.analysis import analyse
from shopwright.reviews.opinion_words import is_blame, mood_words
from shopwright.reviews.terms import terms
from shopwright.reviews.theme_quotes import theme_quotes
from shopwright.reviews.themes import themes

# Five faults and five merits, each said in a few set phrases, as customers of a small shop do.
FAULTS = {
    "漆": ["用了两天就掉漆", "杯口掉漆很严重", "刚洗一次漆就掉了"],
    "物流": ["物流太慢了", "快递送得很慢", "发货慢"],
    "客服": ["客服态度很差", "问客服半天没人回", "客服爱答不理的"],
    "味": ["打开一股刺鼻的味道", "味道太大了", "塑料味很重"],
    "码": ["尺码偏小", "码数不准", "比平时的码小一号"],
}
MERITS = {
    "包装": ["包装很精美", "包装严实", "包装盒很漂亮"],
    "颜色": ["颜色很好看", "颜色正", "颜色漂亮"],
    "软": ["面料柔软", "手感很好", "料子软软的"],
    "保温": ["保温效果好", "保温很给力", "保温时间长"],
    "价": ["价格实惠", "性价比高", "这个价格很划算"],
}


def _small_shop(n, phrases, seed=0):
    draw = np.random.default_rng(seed)
    kinds = [*FAULTS, *MERITS]
    chosen = [kinds[at] for at in draw.integers(0, len(kinds), n)]
    said = [(FAULTS.get(kind) or MERITS[kind])[draw.integers(phrases)] + "。" for kind in chosen]
    return said, [1.0 if kind in FAULTS else 5.0 for kind in chosen], chosen


@pytest.mark.parametrize("n, phrases", [(400, 2), (400, 3), (2000, 3)])
def test_a_chinese_shop_whose_customers_say_the_same_has_more_than_three_themes(n, phrases):
    texts, stars, kinds = _small_shop(n, phrases)
    found = themes(texts, stars=stars)
    assert len(found.names) >= 7  # one to five before
    assert found.unassigned < 0.05
    placed = found.assigned.drop_nulls("theme").with_columns(
        pl.col("row").replace_strict(dict(enumerate(kinds))).alias("kind")
    )
    most = placed.group_by("theme", "kind").len().group_by("theme").agg(pl.col("len").max())["len"].sum()
    assert most / placed.height > 0.55


@pytest.mark.parametrize(
    "sentence, term, without",
    [
        ("I am not very happy with it", "not happy", "happy"),
        ("It wasn't comfortable at all", "not comfortable", "comfortable"),
        ("穿着不舒服", "不舒服", "舒服"),
        ("我不是很满意", "不满意", "满意"),
        ("Bin nicht zufrieden", "nicht zufrieden", "zufrieden"),
        ("Cannot wait, could not be, simply happy", "happy", "not happy"),
    ],
)
def test_what_is_denied_is_another_term(sentence, term, without):
    told = set(terms(pl.Series([sentence] * 5))["term"])
    assert term in told
    assert without not in told


def test_words_on_both_sides_of_a_sign_are_no_phrase():
    told = set(terms(pl.Series(["Good quality, slow delivery"] * 5))["term"])
    assert "slow delivery" in told
    assert not any("quality" in term and "delivery" in term for term in told)


def test_a_word_before_a_word_that_says_nothing_is_whole():
    assert "物流" in set(terms(pl.Series(["物流太慢"] * 9))["term"])


def _judged(n=600):
    """Mostly complaints that deny praise, and some praise, in English and Chinese."""
    good = ["So happy with this blanket", "Happy with it", "很舒服", "穿着舒服"]
    bad = ["Not happy with this blanket", "I am not happy with it", "不舒服", "穿着不舒服"]
    kinds = [at % 5 < 2 for at in range(n)]
    return [f"{(good if kind else bad)[at % 4]}." for at, kind in enumerate(kinds)], [5.0 if k else 1.0 for k in kinds]


def test_no_pile_of_complaints_is_named_by_what_praises():
    texts, stars = _judged()
    table = themes(texts, stars=stars).table
    blamed = table.filter(pl.col("n_complaints") > pl.col("n_praise"))
    assert blamed.height
    for words in blamed["words"]:
        assert not {"happy", "舒服"} & set(words)


def test_a_name_is_in_one_language():
    texts, stars = _judged()
    for name in themes(texts, stars=stars).names:
        assert len({any(sign >= "\u3400" for sign in term) for term in name.split(", ")}) == 1


@pytest.mark.parametrize(
    "term, mood",
    [
        ("happy", 1),
        ("not happy", -1),
        ("disappointed", -1),
        ("not disappointed", 0),
        ("zip", 0),
        ("满意", 1),
        ("不满意", -1),
        ("不错", 1),
        ("掉漆", -1),
        ("物流", 0),
        ("nicht zufrieden", -1),
    ],
)
def test_words_that_judge_wherever_they_stand(term, mood):
    assert mood_words(pl.Series([term])).to_list() == [mood]


@pytest.mark.parametrize(
    "said",
    [
        "没有不好",
        "没有什么不好的地方",
        "质量没有不好，就是想再看看",
        "没什么不好",
        "没有不满意的地方",
        "没有哪里不好",
        "从来没有不好用的时候",
        "不是不好",
        "不是不喜欢",
        "不会不舒服",
        "不能说不好",
        "没有异味",
        "没有太大异味",
        "没有发现破损",
        "从不让人失望",
        "洗了几次也不掉色",
        "毫无噪音",
    ],
)
def test_what_is_denied_twice_or_no_fault_is_no_blame(said):
    assert not pl.DataFrame({"said": [said]}).select(is_blame(pl.col("said"))).item()


@pytest.mark.parametrize(
    "said",
    [
        "不是不好用，是太难用",
        "不是不满意，而是很不满意",
        "没有说明书，不好用",
        "没有客服不好",
        "不得不说不好",
        "没用几天就坏了",
        "不到一周就坏了",
        "没有不掉色的",
        "不会再买，太失望了",
        "不退款",
        "是不是假货",
        "这不是骗人吗",
        "对学习没有太大帮助，糟",
        "买了一个月不到死机两次",
        "不知道为什么这么臭",
    ],
)
def test_a_denial_of_something_else_takes_no_blame_back(said):
    assert pl.DataFrame({"said": [said]}).select(is_blame(pl.col("said"))).item()


@pytest.mark.parametrize("empty", ["昨天", "希望", "下次", "确实", "简直", "多次", "明显"])
def test_words_of_time_and_stress_name_nothing(empty):
    found = terms(pl.Series([f"{empty}，物流很快"] * 4))["term"].to_list()
    assert "物流" in found
    assert empty not in found


def test_no_name_ends_inside_what_or_only():
    found = terms(
        pl.Series(["不知后续有什么问题", "后续有什么事", "后续有什么", "用了几天才来", "过几天才到", "几天才好"])
    )
    assert not [term for term in found["term"] if term.endswith(("什", "才"))]


def test_what_is_denied_twice_is_no_term_that_blames():
    found = terms(pl.Series(["没有不满意", "没有不满意的", "没有什么不满意"]))["term"].to_list()
    assert not [term for term in found if "满意" in term]


def test_a_sentence_is_not_quoted_for_what_its_words_contradict():
    said = ["The zip jams.", "I love the soft zip.", "不满意, 拉链卡住了。", "拉链很好用，很满意。"]
    assigned = pl.DataFrame(
        {"theme": [0] * 4, "polarity": [-0.9] * 4, "closeness": [1.0] * 4, "row": range(4), "start": [0] * 4}
    ).with_columns(pl.Series("sentence", said), pl.Series("end", [len(each) for each in said]))
    found = theme_quotes(assigned, said, pl.Series([-1.0] * 4))
    assert set(found["quote"]) == {said[0], said[2]}
    # what says so in so many words comes first
    assert found["quote"][0] == said[2]


def test_the_sentence_shown_for_a_theme_of_complaints_complains():
    texts = ["The zip broke."] * 60 + ["The zip is fine."] * 40 + ["Lovely blue colour."] * 300
    table = themes(texts, stars=[1.0] * 60 + [5.0] * 340).table
    shown = table.filter(pl.col("kind") == "complaint")
    assert shown.height
    assert set(shown["quote"]) == {"The zip broke."}


def test_quotes_of_a_whole_analysis_have_their_mood():
    texts, stars, _ = _small_shop(400, 3)
    table = pl.DataFrame({"text": texts, "stars": stars, "sku": ["a"] * 400, "review": [str(at) for at in range(400)]})
    told = analyse(table).quotes
    merits = {phrase for phrases in MERITS.values() for phrase in phrases}
    right = [
        (quote.strip("。") in merits) == praised for quote, praised in told.select("quote", "is_praise").iter_rows()
    ]
    assert len(right) > 10
    assert np.mean(right) > 0.95
