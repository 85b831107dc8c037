"""Planted defects ring early, chance rarely, and nothing knows the future."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest

from shopwright.errors import TableError, UsageError
from shopwright.reviews.exposure import expected
from shopwright.reviews.given import given as given_reviews
from shopwright.reviews.hazards import QUIET_DAYS, hazards, label
from shopwright.reviews.mentions import mentions
from shopwright.shop.synthetic import make

FIRST = date(2024, 1, 1)
PLAIN = {1: "Not for me.", 2: "It is too small.", 3: "Fine.", 4: "Nice colour.", 5: "I love it, no smell at all."}


def _world(seed, fault=None, begin=200, days=300, n_skus=20):
    """A review of each product every third day or so; the faulty one says its fault in four of ten from a day on."""
    draw = np.random.default_rng(seed)
    rows = []
    for sku in range(n_skus):
        for day in np.flatnonzero(draw.random(days) < 0.3).tolist():
            stars = int(draw.choice([1, 2, 3, 4, 5], p=[0.04, 0.06, 0.1, 0.3, 0.5]))
            text = PLAIN[stars]
            if fault and sku == 3 and day >= begin and draw.random() < 0.4:
                stars, text = 1, fault
            rows.append((f"{sku}-{day}", f"s{sku:02}", FIRST + timedelta(days=day), float(stars), text))
    return pl.DataFrame(rows, schema=["review", "sku", "day", "stars", "text"], orient="row")


@pytest.mark.parametrize(
    "fault, theme",
    [
        ("The coating peels off into the food.", "coating"),
        ("Nach zwei Tagen ging die Naht auf.", "seam"),
        ("用了一周手柄就断了，还漏水", "handle"),
        ("Pegou fogo na tomada!", "fire"),
        ("Me dio una descarga eléctrica.", "shock"),
    ],
)
def test_a_planted_fault_rings_soon_and_alone(fault, theme):
    found = hazards(_world(1, fault))
    row = found.alarms.filter(sku="s03", theme=theme).row(0, named=True)
    assert FIRST + timedelta(days=200) <= row["first_seen"] <= row["alarm"] <= FIRST + timedelta(days=230)
    assert row["is_open"]
    assert row["n"] > 10 * row["expected"]
    assert set(found.alarms["sku"]) == {"s03"}
    said = found.quotes.filter(sku="s03", theme=theme)
    assert said.height == 3
    assert all(quote in fault for quote in said["quote"])


def test_an_alarm_is_closed_when_nothing_more_is_said_for_half_a_year():
    world = _world(1, "The zip broke.").filter((pl.col("sku") != "s03") | (pl.col("day") < FIRST + timedelta(days=240)))
    told = world.filter(pl.col("sku") == "s03", pl.col("text") == "The zip broke.")
    row = hazards(world).alarms.filter(sku="s03", theme="zip").row(0, named=True)
    assert row["last_seen"] == told["day"].max()
    for days, is_open in ((QUIET_DAYS, True), (QUIET_DAYS + 1, False)):
        found = hazards(world, until=row["last_seen"] + timedelta(days=days))
        assert found.alarms.filter(sku="s03", theme="zip")["is_open"].to_list() == [is_open]


def test_danger_rings_before_an_ordinary_fault():
    def days(fault):
        found = hazards(_world(1, fault)).alarms.filter(~pl.col("theme").is_in(["complaint"]))
        return (found["alarm"].min() - FIRST).days

    assert days("It caught fire.") < days("It is too small for me, sizing is off.")


def test_chance_rings_no_more_often_than_allowed():
    n = [hazards(_world(seed, days=365), false_alarms=2).alarms.height for seed in range(6)]
    assert sum(n) <= 12


def test_an_evening_is_told_as_it_was():
    world = _world(2, "The zip broke.")
    whole = hazards(world)
    for ago in (60, 80, 95):
        evening = FIRST + timedelta(days=300 - ago)
        then = hazards(world, until=evening)
        assert then.as_of == evening
        expected = whole.alarms.filter(pl.col("alarm") <= evening).select("sku", "theme", "first_seen", "alarm")
        assert (
            then.alarms.select("sku", "theme", "first_seen", "alarm")
            .sort("sku", "theme")
            .equals(expected.sort("sku", "theme"))
        )
        cut = hazards(world.filter(pl.col("day") <= evening), until=evening)
        assert cut.alarms.equals(then.alarms)


def test_more_complaints_with_more_sales_are_no_alarm_but_without_are():
    draw = np.random.default_rng(4)
    days = np.arange(300)
    units = np.where(days < 150, 4.0, 40.0)
    rows, sold = [], []
    for sku in range(10):
        pace = units if sku == 0 else np.full(300, 4.0)
        # reviews follow sales two weeks later; one in ten is bad, always for its smell
        counts = draw.poisson(0.1 * np.concatenate([pace[:1].repeat(20), pace[:-20]]))
        for day, n in enumerate(counts.tolist()):
            for _ in range(n):
                bad = draw.random() < 0.1
                text = "It smells bad." if bad else "Good."
                rows.append((f"s{sku}", FIRST + timedelta(days=day), 1.0 if bad else 5.0, text))
        sold += [(f"s{sku}", FIRST + timedelta(days=int(day)), float(pace[day])) for day in days]
    reviews = pl.DataFrame(rows, schema=["sku", "day", "stars", "text"], orient="row")
    sales = pl.DataFrame(sold, schema=["sku", "day", "units"], orient="row")
    assert hazards(reviews, sales).alarms.is_empty()
    flat = sales.with_columns(units=pl.lit(4.0))
    assert "s0" in hazards(reviews, flat).alarms["sku"].to_list()


def test_synthetic_defects_are_found_and_little_else():
    found = missed = false = 0
    for seed in (0, 1):
        world = make(orders=20_000, seed=seed)
        planted = {defect.sku: defect for defect in world.truth.defects}
        sales = world.tables["order_lines"].select("sku", "day", "units")
        alarms = hazards(world.tables["reviews"], sales).alarms
        for sku, defect in planted.items():
            days = alarms.filter(pl.col("sku") == sku, pl.col("alarm") >= defect.first_day)
            found += days.height > 0
            missed += days.height == 0
        false += alarms.filter(~pl.col("sku").is_in(list(planted)))["sku"].n_unique()
    assert found == 6
    assert missed == 0
    assert false <= 6


@pytest.mark.parametrize(
    "text, theme, is_named",
    [
        ("No smell, I just do not like it.", "smell", False),
        ("The smell is awful.", "smell", True),
        ("没有异味，但是不喜欢", "smell", False),
        ("异味很重", "smell", True),
        ("A burnt orange that shocked me with how ugly it is.", "burn", False),
        ("It burned my hand.", "burn", True),
        ("Needless to say I sent it back.", "sharp", False),
        ("There was a needle in the hem.", "sharp", True),
        ("It gave my son a rash.", "allergy", True),
        ("The lamp gave me an electric shock.", "shock", True),
    ],
)
def test_what_a_sentence_names(text, theme, is_named):
    ready, _ = given_reviews(pl.DataFrame({"text": [text], "stars": [1.0]}))
    assert (theme in mentions(ready)["theme"].to_list()) == is_named


def test_polarity_comes_before_stars():
    world = _world(1, "The zip broke.").with_columns(polarity=pl.lit(1.0))
    assert hazards(world).alarms.is_empty()


@pytest.mark.parametrize("n", [0, 1], ids=["none", "one"])
def test_hardly_any_reviews(n):
    found = hazards(_world(1).head(n))
    assert found.alarms.is_empty()
    assert found.n_reviews == n


def test_reviews_without_stars_or_day_or_text_are_read_as_far_as_they_go():
    world = _world(1, "It caught fire.").with_columns(
        stars=pl.lit(None, pl.Float64), day=pl.when(pl.col("sku") == "s00").then(None).otherwise("day")
    )
    found = hazards(world)
    assert found.n_left_out == world.filter(sku="s00").height
    assert found.alarms["theme"].to_list() == ["fire"]
    silent = _world(1).with_columns(text=pl.lit(None, pl.String), stars=pl.lit(5.0))
    assert hazards(silent).alarms.is_empty()


def test_other_scales_are_told():
    world = _world(1, "It caught fire.").with_columns((pl.col("stars") - 1) * 2.5)
    found = hazards(world)
    assert "0 to 10" in found.notes[0].render("en")
    assert "fire" in found.alarms["theme"].to_list()


def test_wrong_input_is_refused():
    world = _world(1)
    for frame, sales, code in (
        (world.drop("sku"), None, "REVIEWS-47"),
        (world.with_columns(polarity=pl.lit(2.0)), None, "REVIEWS-48"),
        (world.with_columns(polarity=pl.lit("good")), None, "REVIEWS-48"),
        (world.with_columns(polarity=pl.lit("-7")), None, "REVIEWS-48"),
        (world.with_columns(polarity=pl.lit(date(2024, 1, 1))), None, "REVIEWS-48"),
        (world, world, "REVIEWS-49"),
    ):
        with pytest.raises(TableError) as caught:
            hazards(frame, sales)
        assert caught.value.code == code
    with pytest.raises(UsageError) as caught:
        hazards(world, false_alarms=0)
    assert caught.value.code == "REVIEWS-50"


def test_polarity_may_be_written_as_text():
    table = pl.DataFrame({"sku": ["a", "b", "c", "d"], "polarity": ["0.5", " ", None, "nan"], "stars": [1, 5, 1, 5]})
    assert given_reviews(table)[0]["polarity"].to_list() == [0.5, 1.0, -1.0, 1.0]
    with pytest.raises(TableError) as caught:
        given_reviews(table.with_columns(polarity=pl.Series(["0.5", "0.1", "so-so", "1"])))
    assert "'c'" in caught.value.why.render("en")
    assert "so-so" in caught.value.why.render("en")


def test_every_theme_has_a_name_in_both_languages():
    from shopwright.reviews.hazards import THEMES

    assert len({label(theme).render("zh") for theme in THEMES}) == len(THEMES)


def _dangers(text):
    ready, _ = given_reviews(pl.DataFrame({"text": [text], "stars": [2]}))
    return mentions(ready).filter("is_severe")["theme"].to_list()


@pytest.mark.parametrize(
    "text",
    [
        "It came in brand new box, dull.",
        "I wear brands like these, in brands like Levis.",
        "An incendiary price.",
        "The sangria colour is not as pictured.",
        "This HDMI splitter stopped working.",
        "Looks like a hospital gown.",
        "An explosive color.",
        "It broke my heart.",
        "It cut my off in an odd spot.",
        "Veio sem papel bolha, por isso quebrou.",
        "Tintura com vários pontos estourados.",
        "Já está estourando o prazo, estourou o prazo.",
        "Veio em plástico bolha e saco-bolha.",
        "O plastico bolha ajudou.",
        "Com isso estourei o orçamento e estourou o limite do cartão.",
        "O prazo já estourou.",
        "A película ficou com bolhas de ar.",
    ],
)
def test_one_languages_danger_is_not_anothers(text):
    assert _dangers(text) == []


@pytest.mark.parametrize(
    "text, theme",
    [
        ("Das Kabel geriet plötzlich in Brand.", "fire"),
        ("Ist in Brand geraten.", "fire"),
        ("Se incendió.", "fire"),
        ("It hurt my left hand.", "injury"),
        ("Fui parar no hospital.", "injury"),
        ("Terminé en el hospital.", "injury"),
        ("Me sangró la mano.", "injury"),
        ("Voller Glassplitter!", "sharp"),
        ("A bateria explodiu.", "explosion"),
        ("The charger not only caught fire, it ruined my desk.", "fire"),
        ("It didn't just melt, it smoked.", "smoke"),
        ("Without warning exploded in my hand.", "explosion"),
        ("Não só pegou fogo, derreteu.", "fire"),
        ("不但着火", "fire"),
        ("不仅漏电还冒烟", "smoke"),
    ],
)
def test_dangers_are_seen_in_each_language_and_after_what_denies_nothing(text, theme):
    assert theme in _dangers(text)


@pytest.mark.parametrize("text", ["It did not catch fire.", "它没有着火", "No prendió fuego.", "Não pegou fogo."])
def test_denied_dangers_are_none(text):
    assert _dangers(text) == []


def test_what_is_expected_does_not_know_what_comes_later():
    draw = np.random.default_rng(5)
    sold = draw.poisson(4.0, (3, 120)).astype(float)
    sold[2, :70] = 0.0  # this one has reviews from the import, and sales later
    sku, day = draw.integers(0, 3, 12), draw.integers(0, 15, 12)
    more = np.concatenate([sku, np.arange(60) % 3]), np.concatenate([day, 15 + np.arange(60) % 100])
    whole = expected(*more, 3, 120, sold).until
    assert whole[:, -1].min() > 0
    for last in (14, 40, 80):
        known = more[1] <= last
        then = expected(more[0][known], more[1][known], 3, last + 1, sold[:, : last + 1]).until
        assert np.array_equal(then, whole[:, : last + 1])


def test_reviews_count_where_all_sales_lie_after_the_last():
    days = [FIRST + timedelta(days=at) for at in range(300)]
    texts = ["It caught fire.", *["Nice."] * 4] * 60
    reviews = pl.DataFrame({"sku": ["a"] * 300, "day": days, "stars": [1.0, *[5.0] * 4] * 60, "text": texts})
    sales = pl.DataFrame({"sku": ["a"], "day": [days[-1] + timedelta(days=9)], "units": [5.0]})
    found = hazards(reviews, sales).alarms
    assert found["expected"].min() > 0
    assert found.equals(hazards(reviews).alarms)


@pytest.mark.parametrize(
    "text, danger",
    [
        ("A bateria estourou na minha mão.", "explosion"),
        ("O pneu estourou.", "explosion"),
        ("Deu bolhas na pele.", "burn"),
        ("Fiquei com bolhas nas mãos.", "burn"),
        ("A bateria está estourando", "explosion"),
        ("O vidro estourou todo", "explosion"),
        ("A panela estourou o vidro", "explosion"),
        ("Veio estourado", "explosion"),
        ("estourou ontem", "explosion"),
        ("a pilha estoura", "explosion"),
        ("A garrafa pode estourar", "explosion"),
        ("Fiquei cheia de bolhas depois de usar", "burn"),
        ("Minha filha ficou com bolhas", "burn"),
        ("apareceram bolhas no corpo", "burn"),
        ("A bateria estourou no prazo de garantia", "explosion"),
        ("Veio sem papel bolha pegou fogo", "fire"),
    ],
)
def test_dangers_in_portuguese_are_still_told(text, danger):
    assert danger in _dangers(text)


@pytest.mark.parametrize("stars", [1.0, 3.0, 5.0])
def test_danger_is_named_whatever_the_stars(stars):
    world = _world(3)
    burnt = world.head(1).with_columns(text=pl.lit("It caught fire."), stars=pl.lit(stars), sku=pl.lit("s07"))
    found = hazards(pl.concat([world.slice(1), burnt]))
    assert "fire" in pl.concat([found.alarms, found.watch]).filter(sku="s07")["theme"].to_list()


def test_faults_in_words_count_where_all_stars_are_alike_and_not_where_they_differ():
    world = _world(1, "The coating peels off into the food.")
    alike = world.with_columns(stars=pl.lit(5.0))
    assert "coating" in hazards(alike).alarms.filter(sku="s03")["theme"].to_list()
    but_one = alike.with_columns(pl.when(pl.int_range(pl.len()) == 0).then(4.0).otherwise("stars").alias("stars"))
    assert hazards(but_one).alarms.is_empty()


@pytest.mark.parametrize(
    "text",
    [
        "It molds to your shape.",
        "This one broke the mold.",
        "Harder than finding a needle in a haystack.",
        "It has pins for closure.",
        "就是挨着火车轨道",
        "思想的火花",
        "摸着火炬合了影",
        "开心到爆了",
    ],
)
def test_what_sounds_like_danger_and_is_none(text):
    assert hazards(_world(3).head(1).with_columns(text=pl.lit(text), stars=pl.lit(5.0))).watch.is_empty()


def test_one_complaint_in_a_small_shop_is_no_alarm_unless_it_names_a_danger():
    world = _world(1, days=120)
    for text, rings in (("床单裂开一条缝", False), ("The glass is cracked.", False), ("It caught fire.", True)):
        last = pl.DataFrame(
            {"review": ["x"], "sku": ["s03"], "day": [FIRST + timedelta(days=121)], "stars": [1.0], "text": [text]}
        )
        assert (not hazards(pl.concat([world, last])).alarms.is_empty()) == rings
        second = last.with_columns(pl.lit("y").alias("review"), pl.lit(FIRST + timedelta(days=122)).alias("day"))
        assert not hazards(pl.concat([world, last, second])).alarms.is_empty()


def test_the_last_day_may_be_an_instant_and_anything_else_is_refused():
    reviews = _world(3, "The coating peels off into the food.")
    day = FIRST + timedelta(days=260)
    noon = datetime.combine(day, time(12), UTC)
    assert hazards(reviews, until=noon).alarms.equals(hazards(reviews, until=day).alarms)
    for wrong in ("2024-06-01", 5):
        with pytest.raises(UsageError, match="USAGE-25"):
            hazards(reviews, until=wrong)
    with pytest.raises(UsageError, match="USAGE-25"):
        hazards([1])


def test_a_day_before_the_web_is_no_day():
    reviews = _world(3, "The coating peels off into the food.")
    assert hazards(reviews).alarms.height
    odd = reviews.head(2).with_columns(day=pl.Series([date(1, 1, 1), date(1970, 1, 1)]))
    found = hazards(pl.concat([reviews, odd]))
    assert found.n_left_out == 2
    assert found.alarms.equals(hazards(reviews).alarms)
