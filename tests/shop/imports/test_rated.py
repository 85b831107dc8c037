"""Ratings of any scale: the whole column says which, the report tells it, and the user can say another."""

from __future__ import annotations

import polars as pl
import pytest

from shopwright.cli.app import main
from shopwright.errors import InputError
from shopwright.shop.imports import Reading
from shopwright.shop.shop import open_shop

HEAD = "review_id,sku,rating,text\n"


def _file(put, *ratings: str, name: str = "reviews.csv"):
    return put(name, HEAD + "".join(f"R{at},A,{rating},fine\n" for at, rating in enumerate(ratings)))


def _stars(rows) -> list[float | None]:
    found: list[float | None] = rows("reviews").sort(pl.col("review").str.slice(1).cast(pl.Int64))["stars"].to_list()
    return found


@pytest.mark.parametrize(
    "ratings, stars, scale",
    [
        (("5", "1", "4"), [5, 1, 4], "1-5"),
        (("1", "2", "10", "0"), [1.4, 1.8, 5, 1], "0-10"),
        (("1", "5.5", "10"), [1, 3, 5], "1-10"),
        (("50", "3", "100", "0"), [3, 1.12, 5, 1], "0-100"),
        (("1", "0", "1"), [5, 1, 5], "thumbs"),
        (("👍", "👎🏽", "thumbs up", "Not recommended"), [5, 1, 5, 1], "thumbs"),
        (("好评", "差评", "中评", "推荐"), [5, 1, 3, 5], "thumbs"),
        (("yes", "No", "yes", ""), [5, 1, 5, None], "thumbs"),
        (("gut", "schlecht", "bom", "ruim", "bueno", "malo"), [5, 1, 5, 1, 5, 1], "thumbs"),
        (("0/10", "10/10", "5/10", "4/5"), [1, 5, 3, 4], None),
        (("80%", "0 %", "100%"), [4.2, 1, 5], None),
        (("★★★★☆", "★☆☆☆☆", "3 stars", "4 out of 5"), [4, 1, 3, 4], None),
        (("8;5/10", "9.5/10", "4;5 Sterne", "80;5 %"), [4 + 1 / 3, 4 + 7 / 9, 4.5, 4.22], None),
        (("0", "3", "5", "1"), [1, 3, 5, 1], "0-5"),
        (("5分", "3分", "1分"), [5, 3, 1], "1-5"),
        (("10分", "1分", "4;6分"), [5, 1, 2.6], "1-10"),
        (("★★★★", "5 stars", "4/5"), [4, 5, 4], None),
        (("4;5", "3;5", "10;0", "0"), [2.8, 2.4, 5, 1], "0-10"),
    ],
)
def test_the_whole_column_tells_its_scale(put, bring, rows, ratings, stars, scale):
    result = bring(_file(put, *(f'"{rating.replace(";", ",")}"' for rating in ratings)))
    assert _stars(rows) == pytest.approx(stars, nan_ok=True)
    assert result.files[0].reading.rating_scale == scale
    assert result.rows_quarantined == 0


def test_the_scale_is_on_the_report_in_both_languages(put, bring):
    result = bring(_file(put, "3", "4", "9"))
    text = "\n".join(line.render("en") for line in result.lines())
    assert "ratings 1-10" in text
    assert "--rating-scale" in text
    assert "stretched onto 1 to 5 stars" in text
    chinese = "\n".join(line.render("zh") for line in result.lines())
    assert "--rating-scale" in chinese
    assert "stretched" not in chinese


def test_a_slip_of_the_pen_does_not_make_another_scale(put, bring, rows):
    result = bring(_file(put, *["5", "4", "3", "2"] * 10, "55", "lovely"))
    assert result.files[0].reading.rating_scale == "1-5"
    assert dict(result.reasons) == {"RATING": 2}
    assert result.rows_in == result.rows_kept + result.rows_quarantined == 42
    assert sorted(_stars(rows)) == sorted([5.0, 4.0, 3.0, 2.0] * 10)


def test_a_rare_nought_on_a_long_scale_is_its_worst_mark(put, bring, rows):
    result = bring(_file(put, *["7", "9", "4"] * 20, "0"))
    assert result.files[0].reading.rating_scale == "0-10"
    assert result.rows_quarantined == 0
    assert _stars(rows)[-1] == 1.0


def test_the_user_may_say_the_scale_and_say_it_again(put, bring, root):
    file = _file(put, "1", "2", "5")
    assert bring(file).files[0].reading.rating_scale == "1-5"
    again = bring(file, reading=Reading(rating_scale="0-10"))
    assert not again.is_repeat
    assert open_shop(root).table("reviews").sort("review").collect()["stars"].to_list() == pytest.approx([1.4, 1.8, 3])


def test_what_lies_outside_the_scale_that_was_said_is_kept_aside(put, bring, rows):
    result = bring(_file(put, "1", "9"), reading=Reading(rating_scale="1-5"))
    assert dict(result.reasons) == {"RATING": 1}
    assert result.quarantine is not None
    assert '""rating"":""9""' in next(result.quarantine.glob("*.csv")).read_text("utf-8")
    assert _stars(rows) == [1.0]


@pytest.mark.parametrize("scale", ["five", "5-1", "3-3", ""])
def test_a_scale_that_is_none_is_refused(put, bring, scale):
    with pytest.raises(InputError) as caught:
        bring(_file(put, "1"), reading=Reading(rating_scale=scale))
    assert caught.value.code == "IMPORT-19"


def test_columns_of_yes_and_no_and_of_whole_numbers(tmp_path, bring, rows):
    file = tmp_path / "reviews.parquet"
    pl.DataFrame(
        {"review_id": ["R0", "R1"], "sku": ["A", "A"], "rating": [True, False], "text": ["a", "b"]}
    ).write_parquet(file)
    bring(file)
    assert _stars(rows) == [5.0, 1.0]


def test_the_command_takes_the_scale(put, root, capsys):
    with pytest.raises(SystemExit) as left:
        main(["import", str(_file(put, "1", "2", "5")), "--to", str(root), "--rating-scale", "0-10", "--yes"])
    assert left.value.code == 0
    assert "ratings 0-10" in capsys.readouterr().out


def test_a_rating_out_of_none_is_refused_and_not_divided_by(put, bring, rows):
    result = bring(_file(put, *["4/5"] * 20, "0/0", "5/0"))
    assert dict(result.reasons) == {"RATING": 2}
    assert _stars(rows) == [4.0] * 20


def test_noughts_alone_are_no_rating_and_their_texts_are_kept(put, bring, rows):
    result = bring(_file(put, "0", "0", "0.0"))
    assert _stars(rows) == [None, None, None]
    assert rows("reviews")["text"].to_list() == ["fine"] * 3
    assert result.rows_quarantined == 0
    for language, word in (("en", "no rating"), ("zh", "未评分")):
        assert any(word in line.render(language) for line in result.lines())


def test_other_values_among_noughts_alone_are_refused(put, bring, rows):
    result = bring(_file(put, *["0"] * 20, "lovely"))
    assert dict(result.reasons) == {"RATING": 1}
    assert _stars(rows) == [None] * 20
