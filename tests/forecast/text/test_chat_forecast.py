"""A chat model asked for a forecast: what is sent, what comes of the answer, and what of none."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tests.forecast.worlds import history_of, planted
from tests.language.chat.server import Server, completion, gives

from shopwright.errors import ProviderError
from shopwright.forecast.members import ends_of, try_member
from shopwright.forecast.panel import Panel
from shopwright.forecast.text.chat import MOST_PRODUCTS, ChatForecaster
from shopwright.forecast.way import Way
from shopwright.language import Scripted


def _answer(*periods):
    return json.dumps({"periods": [dict(zip(("low", "middle", "high"), each, strict=True)) for each in periods]})


def test_an_answer_in_marks_becomes_units():
    panel = Panel(history_of(np.full((1, 30), 8.0)), 2)
    model = Scripted(("Sold: 100 100", _answer((50, 100, 200), (25, 50, 100))))
    told = ChatForecaster(model).told(panel, Way(seed=3))
    np.testing.assert_allclose(told.cast.quantiles[0, :, [2, 6, 10]].T, [[4, 8, 16], [2, 4, 8]])
    asked = model.asked[0][1]
    assert (asked["temperature"], asked["seed"], asked["purpose"]) == (0, 3, "forecast")
    assert "s000" not in "".join(message.text for message in model.asked[0][0])


@pytest.mark.parametrize("wrong", ["no idea", _answer((1, 2, 3)), _answer(*[(1, 2, 1000)] * 2)], ids=str)
def test_an_answer_that_does_not_fit_leaves_the_product_to_a_baseline(wrong):
    panel = Panel(history_of(np.full((2, 30), 8.0)), 2)
    told = ChatForecaster(Scripted(wrong, _answer((90, 100, 110), (90, 100, 110)))).told(panel, Way())
    assert told.is_told.tolist() == [False, True]


def test_those_that_sell_most_are_asked_about():
    known = planted(n_skus=MOST_PRODUCTS + 5, n=30)[0]
    model = Scripted(*[_answer((90, 100, 110))] * MOST_PRODUCTS)
    told = ChatForecaster(model).told(Panel(known, 1), Way())
    assert model.left == 0
    order = np.argsort(-known.units.sum(axis=1), kind="stable")
    assert set(np.flatnonzero(told.is_told)) == set(order[:MOST_PRODUCTS].tolist())


def test_an_endpoint_that_is_down_is_not_passed_over():
    down = ProviderError("gone", why="down", fix="start it", code="CHAT-04")
    with pytest.raises(ProviderError, match="CHAT-04"):
        ChatForecaster(Scripted(down)).told(Panel(history_of(np.full((1, 30), 8.0)), 1), Way())


def test_without_a_chat_model_the_message_says_how_to_set_one_up():
    panel = Panel(history_of(np.full((1, 30), 8.0)), 1)
    with pytest.raises(ProviderError, match="CHAT-01"):
        try_member("chat", panel, (), Way())


@pytest.mark.loopback
def test_the_shop_s_own_chat_model_is_asked_on_windows_and_ahead(tmp_path):
    server = Server()
    server.does(lambda handler, body: gives(completion(_answer(*[(90, 100, 110)] * 3)))(handler, body))
    (tmp_path / "shop.toml").write_text(f'[language]\nchat_url = "{server.url}"\nchat_model = "m"\n', "utf-8")
    panel = Panel(planted(n_skus=2, n=70)[0], 3)
    ends = ends_of(panel)
    try:
        trial = try_member("chat", panel, ends, Way(shop=tmp_path))
        n_asked = len(server.seen)
        again = try_member("chat", panel, ends, Way(shop=tmp_path))
    finally:
        server.stop()
    assert n_asked == 2 * (len(ends) + 1)
    assert len(server.seen) == n_asked  # equal questions are answered from the shop's own cache
    np.testing.assert_array_equal(trial.ahead.quantiles, again.ahead.quantiles)
    assert not trial.notes
