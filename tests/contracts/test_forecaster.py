"""What every forecaster must do, whatever it is made of."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from tests.forecast.adapters.tiny import FAMILIES
from tests.forecast.text.tiny import t5
from tests.forecast.worlds import history_of, planted
from tests.language.chat.server import Server, completion, gives

from shopwright.forecast.cast import LEVELS
from shopwright.forecast.classical import CLASSICAL
from shopwright.forecast.members import BASELINES, MODELS, Way, ends_of, try_member
from shopwright.forecast.panel import Panel

MADE = {  # by name, with a model made on the spot
    **{f"chronos:{family}": make for family, make in FAMILIES.items()},
    "text:t5": lambda folder: t5(folder, width=16, layers=1),
}
CHAT = "chat"
EXTRAS = {
    **dict.fromkeys(CLASSICAL, pytest.mark.classical),
    **dict.fromkeys(MADE, pytest.mark.train),
    CHAT: pytest.mark.loopback,
}
EVERY = [pytest.param(name, marks=EXTRAS.get(name, ())) for name in (*BASELINES, *MODELS, "t5", CHAT, *MADE)]
WORLDS = {
    "weekly": lambda: planted(n_skus=12, n=90, out=0.1)[0],
    "daily": lambda: planted(n_skus=6, n=200, period="D")[0],
    "monthly": lambda: history_of(np.random.default_rng(0).poisson(20, (8, 40)), period="M"),
    "slow": lambda: history_of(np.random.default_rng(0).poisson(0.15, (20, 90))),
    "constant": lambda: history_of(np.full((5, 70), 6.0)),
    "one gap after the other": lambda: history_of(
        np.full((4, 70), 3.0), np.arange(70)[None, :] % 2 * np.ones((4, 1)) > 0
    ),
}


@pytest.fixture(params=WORLDS, ids=str)
def panel(request):
    known = WORLDS[request.param]()
    return Panel(known, {"D": 14, "W": 6, "M": 3}[known.period])


@pytest.fixture(params=EVERY)
def name(request, models):
    """What to call it: a plain name, or a kind and the folder of a model."""
    if request.param not in MADE:
        return request.param
    kind, _, family = request.param.partition(":")
    folder = models / f"{kind}-{family}"
    return f"{kind}:{folder if folder.exists() else MADE[request.param](folder)}"


@pytest.fixture
def way(name, tmp_path):
    """How to compute; a chat model is one at an endpoint on this machine, which reads what it is asked about."""
    if name != CHAT:
        yield Way()
        return
    server = Server()
    server.does(lambda handler, body: gives(completion(_as_of_late(body)))(handler, body))
    (tmp_path / "shop.toml").write_text(f'[language]\nchat_url = "{server.url}"\nchat_model = "m"\n', "utf-8")
    yield Way(shop=tmp_path)
    server.stop()
    assert server.seen  # equal questions are answered from the cache of the shop


def _as_of_late(body):
    """What an endpoint answers: the last number of the past for each period that the form asks for, give or take."""
    last = int(re.findall(r"\b\d{1,3}\b", body["messages"][-1]["content"].partition("Sold:")[2].splitlines()[0])[-1])
    n = int(re.search(r'"minItems": ?(\d+)', json.dumps(body))[1])
    return json.dumps({"periods": [{"low": last // 2, "middle": last, "high": min(2 * last, 999)}] * n})


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


def test_it_tells_finite_rising_quantiles_around_a_mean(name, panel, way):
    ends = ends_of(panel)
    trial = try_member(name, panel, ends, way)
    assert len(trial.windows) == len(ends) >= 1
    for cast in (trial.ahead, *trial.windows):
        assert cast.mean.shape == (len(panel.skus), panel.horizon)
        assert cast.quantiles.shape == (*cast.mean.shape, len(LEVELS))
        assert np.isfinite(cast.mean).all()
        assert np.isfinite(cast.quantiles).all()
        assert (cast.mean >= 0).all()
        assert (cast.quantiles >= 0).all()
        assert (np.diff(cast.quantiles, axis=2) >= 0).all()


def test_no_window_sees_what_it_is_judged_by(name, way):
    known = WORLDS["weekly"]()
    ends = ends_of(Panel(known, 6))
    means = [try_member(name, Panel(found, 6), ends, way).windows[0].mean for found in (known, _after(known, ends[0]))]
    np.testing.assert_array_equal(*means)


def _after(known, end):
    sold = known.sold.copy()
    sold[:, end:] += 500
    return history_of(sold, np.isnan(known.units))


def test_the_same_seed_gives_the_same_digits_on_any_number_of_threads(name, way):
    panel = Panel(WORLDS["weekly"](), 6)
    one, two = (
        try_member(name, panel, ends_of(panel), replace(way, seed=3, threads=threads)).ahead for threads in (1, 2)
    )
    np.testing.assert_array_equal(one.mean, two.mean)
    np.testing.assert_array_equal(one.quantiles, two.quantiles)
