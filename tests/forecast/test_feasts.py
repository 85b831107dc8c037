"""Feasts that move: which there are, how near they are, and that sales which go by them are told in the right weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import numpy as np
import polars as pl
import pytest
from tests.forecast.worlds import history_of

from shopwright.errors import UsageError
from shopwright.forecast import forecast, moving_average, readable, weights
from shopwright.forecast.baselines import moving, seasonal_naive
from shopwright.forecast.columns import Columns
from shopwright.forecast.feast_effects import are_own, effects
from shopwright.forecast.feast_names import feast_label
from shopwright.forecast.feasts import Feast, feasts, periods_back, since_feast, weeks_near
from shopwright.forecast.kinds import part_of
from shopwright.forecast.panel import Panel
from shopwright.forecast.regressors import regressors
from shopwright.forecast.sampling import next_rows
from shopwright.forecast.season import Season
from shopwright.i18n import using

NEW_YEARS = [date(2022, 2, 1), date(2023, 1, 22), date(2024, 2, 10)]
GOOD_FRIDAYS = [date(2022, 4, 15), date(2023, 4, 7), date(2024, 3, 29)]


def _days(feast, first, last):
    found = [date.fromordinal(int(day)) for day in feast.days]
    return [day for day in found if first <= day.year <= last]


@pytest.mark.parametrize(
    "country, name, days",
    [
        ("CN", "Chinese New Year", [date(2022, 1, 31), date(2023, 1, 21), date(2024, 2, 10)]),
        ("GB", "Good Friday", GOOD_FRIDAYS),
        ("TR", "Eid al-Fitr", [date(2022, 5, 2), date(2023, 4, 21), date(2024, 4, 10)]),
        ("IL", "Pesach", [date(2022, 4, 16), date(2023, 4, 6), date(2024, 4, 23)]),
    ],
)
def test_a_country_s_feasts_are_found(country, name, days):
    known = {feast.name: feast for feast in feasts(country, 2022, 2024)}
    apart = [(one - other).days for one, other in zip(_days(known[name], 2022, 2024), days, strict=True)]
    assert max(map(abs, apart)) <= 1  # the first day off is the eve in some years


@pytest.mark.parametrize("country", ["", "US", "JP", "MX"])
def test_where_none_moves_easter_is_told(country):
    (only,) = feasts(country, 2022, 2024)
    assert _days(only, 2022, 2024) == GOOD_FRIDAYS
    assert str(feast_label(only.name)) == "Easter"


@pytest.mark.parametrize("country", ["DE", "CN", "GB", "IN", "TH", "JP", "NG"])
def test_what_keeps_its_date_or_its_weekday_is_none(country):
    for feast in feasts(country, 2015, 2026):
        of_year = [date.fromordinal(int(day)).timetuple().tm_yday for day in feast.days]
        assert max(of_year) - min(of_year) > 20, feast.name


def test_days_that_fall_together_are_one():
    assert [str(feast_label(feast.name)) for feast in feasts("DE", 2020, 2024)] == ["Easter", "Ascension Day"]
    assert len(feasts("GB", 2020, 2024)) == 1  # not the spring bank holiday, which jubilees moved


@pytest.mark.parametrize("first", [2018, 2023, 2025])  # of India's Hindu holidays, those up to 2035 are known
def test_diwali_is_a_feast_of_its_own(first):
    labels = [str(feast_label(feast.name)) for feast in feasts("IN", first, first + 7)]
    assert {"Diwali", "Dussehra", "Holi"} <= set(labels)  # Dussehra is 20 days before: in no week around Diwali


def test_easter_is_told_where_other_feasts_are_counted_from_it():
    assert [str(feast_label(feast.name)) for feast in feasts("CH", 2020, 2024)] == ["Easter", "Ascension Day"]
    assert len(feasts("LK", 2018, 2024)) == len({feast.name for feast in feasts("LK", 2018, 2024)})
    assert "Easter" not in [str(feast_label(feast.name)) for feast in feasts("CN", 2020, 2024)]


@pytest.mark.parametrize("first", [1, 1700, 2100, 9999])
def test_of_years_without_holidays_no_feast_is_told(first):
    assert feasts("GB", first, first) == ()


@pytest.mark.parametrize("country", ["DK", "SY", "GH", "MY", "AT", "MU"])
def test_no_two_feasts_of_a_country_are_called_alike(country):
    labels = [str(feast_label(feast.name)) for feast in feasts(country, 2018, 2025)]
    assert len(labels) == len(set(labels))
    assert "Maundy Thursday" not in labels


@pytest.mark.parametrize(
    "tell",
    [
        lambda known: moving_average(known, 8, country="XX"),
        lambda known: moving(Panel(known, 8, country="XX"), use_season=True),
        lambda known: seasonal_naive(Panel(known, 8, country="XX")),
    ],
    ids=["average", "moving", "naive"],
)
def test_a_country_that_is_none_is_refused(tell):
    known, _ = _weekly(n=70, n_skus=2)
    with pytest.raises(UsageError) as told:
        tell(known)
    assert told.value.code == "USAGE-46"


def test_feasts_of_eleven_days_earlier_each_year_may_come_twice_in_one():
    fast = next(feast for feast in feasts("TR", 1999, 2001) if feast.name == "Eid al-Fitr")
    assert len(_days(fast, 2000, 2000)) == 2


def test_names_are_told_in_chinese_too():
    with using("zh"):
        assert str(feast_label("Chinese New Year")) == "春节"
    assert str(feast_label("Rosh Hashanah")) == "Rosh Hashanah"


def test_a_day_is_as_near_to_a_feast_as_the_day_it_goes_by_the_time_before():
    days = tuple(date(2022, 1, 1) + timedelta(days=at) for at in range(3 * 366))
    back = periods_back(days, "D", "GB")
    place = {day: at for at, day in enumerate(days)}
    for apart in range(-10, 11):
        at, then = (place[day + timedelta(days=apart)] for day in (GOOD_FRIDAYS[2], GOOD_FRIDAYS[1]))
        assert back[at] == at - then
    assert back[place[date(2024, 4, 7)]] > 0  # a year ago it was Good Friday
    assert back[place[date(2024, 8, 1)]] == 0
    (easter,) = feasts("GB", 2021, 2025)
    numbers = np.array([day.toordinal() for day in days])
    assert since_feast(easter, numbers)[place[GOOD_FRIDAYS[1]] - 3] == -3


def test_weeks_around_a_feast_have_numbers_of_their_own():
    (easter,) = feasts("", 2023, 2024)
    monday = date(2024, 3, 25)
    weeks = [monday + timedelta(weeks=at) for at in range(-3, 4)]
    assert weeks_near(weeks, "W", [easter]).tolist() == [-1, -1, 0, 1, 2, -1, -1]
    assert weeks_near(weeks, "W", [easter, easter]).tolist() == [-1, -1, 3, 4, 5, -1, -1]


def test_a_week_near_two_feasts_is_of_the_nearer_one():
    day = date(2024, 3, 27).toordinal()
    one, other = (Feast(name, np.array([first, first + 354])) for name, first in (("one", day), ("other", day + 7)))
    weeks = [date(2024, 3, 18) + timedelta(weeks=at) for at in range(4)]
    assert weeks_near(weeks, "W", [one, other]).tolist() == [0, 1, 4, 5]
    assert weeks_near(weeks, "W", [other, one]).tolist() == [3, 4, 1, 2]


def _weekly(last=date(2024, 2, 4), n=160, n_skus=40, seed=0):
    """Weeks of sales up to the one before the Lunar New Year of 2024; a rush before it, hardly anything in its week."""
    draw = np.random.default_rng(seed)
    level = 40 * draw.gamma(4, 0.25, (n_skus, 1))
    known = history_of(np.zeros((n_skus, n)), last=last)
    days = (*known.days, *known.next_days(8))
    new_year = next(feast for feast in feasts("CN", 2019, 2026) if feast.name == "Chinese New Year")
    truth = level * np.array([1.8, 0.3, 0.6, 1.0])[weeks_near(days, "W", [new_year])]
    return history_of(draw.poisson(truth[:, :n]), last=last), truth[:, n:]


def _wape(told, truth):
    return float(np.abs(told - truth).sum() / truth.sum())


@pytest.mark.parametrize("tell", [seasonal_naive, partial(moving, use_season=True)], ids=["naive", "moving"])
def test_baselines_go_by_the_country_s_feasts(tell):
    known, truth = _weekly()
    with_feasts, without = (_wape(tell(Panel(known, 8, country=country)), truth) for country in ("CN", ""))
    assert with_feasts < 0.6 * without


def test_a_feast_seen_once_and_plainly_is_told_the_next_time():
    known, truth = _weekly(n=80)
    season = Season.learn(known, "CN")
    at = [feast.name for feast in season.feasts].index("Chinese New Year")
    np.testing.assert_allclose(season.near[3 * at : 3 * at + 3], [1.8, 0.3, 0.6], atol=0.15)
    tell = partial(moving, use_season=True)
    with_feasts, without = (_wape(tell(Panel(known, 8, country=country)), truth) for country in ("CN", ""))
    assert with_feasts < 0.5 * without


def test_one_that_did_nothing_once_stays_in_the_year():
    known, _ = _weekly(n=80)
    season = Season.learn(known, "GB")
    assert len(season.feasts) == 1
    assert (season.near == 1).all()
    np.testing.assert_array_equal(season.places, Season.learn(known, "GB").without_feasts().places)
    even = Season.learn(replace(known, units=np.where(np.isfinite(known.units), 40.0, np.nan)), "CN")
    assert (even.near == 1).all()
    np.testing.assert_allclose(even.places, 1.0)


def test_trees_and_weights_are_told_of_feasts():
    known, _ = _weekly()
    panel = Panel(known, 8, country="CN")
    _, names, _ = Columns(panel, Season.learn(known, "CN")).matrix(next_rows(2, panel.n_periods - 1, 8))
    assert {"feast_Chinese New Year", "feast_ago", "feast_ago_against"} <= set(names)
    assert part_of("feast_ago") == "holiday"
    columns = regressors(panel)
    at = columns.place("feast:Chinese New Year:-7")
    assert columns.parts[at] == "holiday"
    assert 0.5 < columns.shared[:, at].max() <= 1.0
    assert columns.shared[:, at].sum() == pytest.approx(4.0, abs=0.2)  # a week each in 2021 to 2024


def test_trees_without_holidays_know_no_feast_by_the_season_either():
    known, _ = _weekly()
    panel = Panel(known, 8, country="CN")
    season, rows = Season.learn(known, "CN"), next_rows(1, panel.n_periods - 1, 8)
    told, names, _ = Columns(panel, season, frozenset({"holiday"})).matrix(rows)
    assert not any(name.startswith("feast_") for name in names)
    np.testing.assert_allclose(told[:, names.index("season")], season.without_feasts().of(panel.days)[-8:], rtol=1e-6)
    assert np.ptp(told[:, names.index("season")]) < 0.3 < np.ptp(season.of(panel.days)[-8:])


def test_what_sold_as_near_to_the_feast_is_not_told_before_it_is_known():
    known, _ = _weekly()
    panel = Panel(known, 8, country="CN")
    columns = Columns(panel, Season.learn(known, "CN"))
    for origin in (60, 100, 151):
        told, names, _ = columns.matrix(next_rows(2, origin, 8))
        changed = known.units.copy()
        changed[:, origin + 1 :] = 999.0
        other = Columns(Panel(history_of(changed, last=date(2024, 2, 4)), 8, country="CN"), columns.season)
        at = [place for place, name in enumerate(names) if name.startswith("feast_")]
        np.testing.assert_array_equal(other.matrix(next_rows(2, origin, 8))[0][:, at], told[:, at])


def test_months_are_told_no_feasts():
    panel = Panel(history_of(np.ones((2, 40)), period="M"), 3, country="CN")
    _, names, _ = Columns(panel, Season.learn(panel.known, "CN")).matrix(next_rows(2, 39, 3))
    assert not any(name.startswith("feast_") for name in names)
    assert not any(name.startswith("feast:") for name in regressors(panel).names)


def _table(known):
    n = len(known.days)
    return pl.DataFrame(
        {"sku": np.repeat(known.skus, n), "day": list(known.days) * len(known.skus), "units": known.units.ravel()}
    )


def test_a_shop_s_new_year_is_forecast_in_the_week_it_falls():
    known, truth = _weekly()
    sales = _table(known)
    told = {country: forecast(sales, 8, "W", country=country) for country in ("CN", "")}
    assert _wape(told["CN"].mean, truth) < 0.7 * _wape(told[""].mean, truth)
    parts = {str(part.name): part.units for part in told["CN"].explain("s001")}
    assert sum(parts.values()) == pytest.approx(told["CN"].mean[1].sum())


def test_the_weights_name_the_weeks_around_a_feast():
    known, _ = _weekly()
    told = readable(weights(_table(known), freq="W", country="CN"))
    assert "week before Lunar New Year" in told
    assert "week from Lunar New Year on" in told


def test_a_covariate_named_feast_stays_a_part_of_its_own():
    known, _ = _weekly(n=60, n_skus=3)
    is_feast = (np.random.default_rng(1).random((3, 68)) < 0.3) * 1.0
    columns = regressors(Panel(known, 8, ahead={"feast": is_feast}))
    assert columns.parts[columns.place("feast")] == "feast"


def test_a_covariate_named_like_a_feast_s_column_stays_a_column():
    known, _ = _weekly(n=60, n_skus=3)
    draw = np.random.default_rng(1)
    panel = Panel(known, 8, ahead={"feast:x:0": (draw.random((3, 68)) < 0.3) * 1.0})
    columns = regressors(panel)
    assert columns.parts[columns.place("given:feast:x:0")] == "given:feast:x:0"


def test_days_around_a_feast_are_told_by_the_season_too():
    """Three New Years by day: the averages that know the season tell the fourth, those of another country do not."""
    draw = np.random.default_rng(4)
    new_year = next(feast for feast in feasts("CN", 2019, 2026) if feast.name == "Chinese New Year")
    last, n, ahead = date(2024, 1, 31), 1060, 20
    known = history_of(np.zeros((30, n)), period="D", last=last)
    days = (*known.days, *known.next_days(ahead))
    weekday = np.array([1, 1, 1, 1, 1.2, 1.5, 1.3])[[day.weekday() for day in days]]
    around = np.array([1.7, 0.3, 0.6, 1.0])[weeks_near(days, "D", [new_year])]
    truth = 15 * draw.gamma(4, 0.25, (30, 1)) * weekday * around
    known = history_of(draw.poisson(truth[:, :n]), period="D", last=last)
    panels = [Panel(known, ahead, country=country) for country in ("CN", "")]
    with_feasts, without = (_wape(moving(panel, use_season=True), truth[:, n:]) for panel in panels)
    assert with_feasts < 0.4 * without
    np.testing.assert_allclose(Season.learn(known, "CN").near[:3], [1.7, 0.3, 0.6], atol=0.1)


def test_chance_is_no_feast():
    draw = np.random.default_rng(5)
    found = []
    for _ in range(50):
        week = np.full(150, -1)
        week[[40, 92, 144]] = 0
        week[[60, 112]] = 1
        ratio = draw.normal(1, 0.1, 150)
        ratio[week == 1] += 0.6
        found.append(effects(ratio, week, 3, 1))
    chance, feast, unseen = np.array(found).T
    assert (chance == 1).mean() > 0.5  # the mean of three strays less than chance has it two times in three
    assert np.abs(chance - 1).mean() < 0.03
    assert abs(feast.mean() - 1.6) < 0.05
    assert (unseen == 1).all()


def test_a_week_seen_once_goes_by_the_feast_only_where_it_strays_beyond_chance():
    draw = np.random.default_rng(6)
    own, kept = [], []
    for _ in range(200):
        week = np.full(80, -1)
        week[30], week[40], week[[50, 70]] = 0, 1, 2
        ratio = draw.normal(1, 0.1, 80)
        ratio[40] += 0.6
        own.append(are_own(ratio, week, 1)[[30, 40, 50, 70]])
        kept.append(effects(ratio, week, 4, 1))
    chance, once, twice, again = np.mean(own, axis=0)
    assert 0.01 < chance < 0.1  # two standard errors
    assert once > 0.95
    assert (twice, again) == (1, 1)
    chance, once, _, unseen = np.array(kept).T
    assert np.abs(chance - 1).mean() < 0.02
    assert 1.4 < once.mean() < 1.6, "what chance may have done is taken off"
    assert (unseen == 1).all()
    unknown = np.where(np.arange(80) == 40, np.nan, ratio)
    assert not are_own(unknown, week, 1)[40]
    assert effects(unknown, week, 4, 1)[1] == 1
