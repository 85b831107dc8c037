"""The sales model tuned on a shop's own sales: `tune(panel, folder=…)`, then `t5:FOLDER`, or adopted by the shop.

Three spans of time: lessons, the horizon after them that stops the learning and picks its rate, and the windows that
every forecaster is tried on, which the tuned model has not seen and which say whether it is adopted.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from shopwright.errors import ExtraMissing, ModelError
from shopwright.forecast.members import ends_of
from shopwright.forecast.origins import horizon_of
from shopwright.forecast.panel import Panel
from shopwright.forecast.shop_panel import shop_panel
from shopwright.forecast.t5.store import CARD, SHIPPED
from shopwright.forecast.t5.zero_shot import MODEL
from shopwright.forecast.way import Way
from shopwright.i18n import t
from shopwright.language.onnx.files import digest
from shopwright.language.tuning.quiet import need
from shopwright.language.tuning.workplace import Workplace, fingerprint
from shopwright.progress import step
from shopwright.shop.history import history
from shopwright.shop.shop import Shop
from shopwright.version import __version__

__all__ = ["Recipe", "Tuned", "span_of", "tune", "tune_shop"]

MOST_ORIGINS = 24  # lessons begin at so many times at most
FEWEST = 4  # periods known before the first lesson


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to tune.

    Attributes:
        rates: of learning; each is tried, and what they learned is mixed (`fit.mixed`).
        steps: lessons at most, at each rate.
        batch: products in a lesson.
        every: steps between looks at the horizon held out.
        patience: looks without a gain that end a try.
    """

    rates: tuple[float, ...] = (1e-4, 3e-4, 1e-3)
    steps: int = 240
    batch: int = 128
    every: int = 20
    patience: int = 4


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a tuning gave.

    Attributes:
        folder: of the tuned model, for `t5:FOLDER`.
        before, after: loss of the horizon held out, in the network's scale.
        rate: of learning that did best alone; 0 where no step helped.
        steps: of it, up to its best.
        until: last day of the sales that were learned from, those it was stopped by included.
        judged: WQL on the windows it is judged by, by kind; empty where the history is too short for one.
        last: WQL of the last horizon, by kind.
        is_adopted: whether it beat the untuned model, and an ensemble with it the one without.
        seconds: of this run.
    """

    folder: Path
    before: float
    after: float
    rate: float
    steps: int
    until: str
    judged: dict[str, float]
    last: dict[str, float]
    is_adopted: bool
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """All of it as plain values."""
        return asdict(self) | {"folder": str(self.folder)}


def span_of(panel: Panel, *, is_judged: bool = True) -> tuple[tuple[int, ...], int, int]:
    """Origins of lessons, the periods whose truth may be learned from, and those whose truth may stop the learning.

    Args:
        panel: all sales.
        is_judged: whether windows, and the last horizon, are kept to judge by; else all but one horizon is learned.

    Raises:
        ModelError: there is too little to learn from (MODEL-97).
    """
    horizon, whole = panel.horizon, panel.n_periods
    end = whole - horizon if is_judged else whole
    ends = ends_of(panel.before(end)) if is_judged and end > horizon else ()
    cut = ends[0] if ends else end
    until = cut - min(horizon, max(cut // 4, 1))
    first = max(FEWEST, min(until // 3, 2 * horizon))
    origins = np.unique(np.linspace(first, max(until - 1, first), MOST_ORIGINS).round().astype(int)).tolist()
    origins = [origin for origin in origins if _teaches(panel, origin, until)]
    if until - first < 2 or not origins or not _teaches(panel, until, cut):
        raise ModelError(
            t("there is too little to tune the sales model on"),
            why=t(
                "of {n} periods {held} are held back to judge it by, and lessons need {least} before them",
                n=whole, held=whole - until, least=FEWEST + 3,
            ),
            fix=t("give a longer history or a shorter horizon; the model that ships needs no tuning"),
            code="MODEL-97",
        )  # fmt: skip
    return tuple(origins), until, cut


def _teaches(panel: Panel, origin: int, until: int) -> bool:
    """Whether a product was known at an origin and has a truth after it, before period `until`."""
    truth = panel.truth(origin)[:, : max(until - origin, 0)]
    return bool(np.isfinite(truth).any())


def tune(  # noqa: PLR0913 - how to tune, by name
    panel: Panel,
    *,
    folder: Path | str,
    base: Path | str | None = None,
    is_judged: bool = True,
    seed: int = 0,
    resume: bool = False,
    again: bool = False,
    recipe: Recipe | None = None,
    log_to: str = "",
) -> Tuned:
    """Tune the network on a panel's sales and say whether it is worth having.

    Args:
        panel: sales with the horizon that will be asked for; `panel_of` and `shop_panel` make one.
        folder: a new folder, for checkpoints, the TensorBoard log, and the model.
        base: folder of the model to start from; None: the one that ships.
        is_judged: whether to keep windows back and compare on them; else nothing is adopted.
        seed: another one is another tuning.
        resume: go on with what was begun in `folder` and broken off, from its last checkpoint.
        again: put aside what lies in `folder`, as `folder` with `.before` behind its name, once nothing speaks
            against a tuning.
        recipe: how to tune, where the usual way does not do.
        log_to: a project of Weights & Biases to log to as well; empty: TensorBoard's files alone.

    Raises:
        ExtraMissing: torch and its friends are not installed, or wandb where it is asked for.
        ModelError: there is too little to learn from (MODEL-97), or `folder` holds another tuning.
        StoreError: `folder` holds something and `resume` is false, or it cannot be written.
        LockedError: another process is tuning there.
    """
    need("torch", "transformers", "tensorboard")
    if log_to and importlib.util.find_spec("wandb") is None:
        raise ExtraMissing.of("wandb", "tracking")
    how, began = recipe or Recipe(), time.perf_counter()
    spans = span_of(panel, is_judged=is_judged)
    start = Path(base) if base is not None else SHIPPED
    plan = {
        "kind": "demand",
        "sales": fingerprint(panel.skus, _digest_of(panel.units), panel.horizon, panel.period),
        "base": digest(start / CARD),
        "recipe": json.loads(json.dumps(asdict(how))),
        "is_judged": is_judged,
        "seed": seed,
        "version": __version__,
    }
    if again:
        _put_aside(Path(folder))
    place = Workplace.open(Path(folder), plan, resume=resume)
    try:
        done = place.facts().get("result")
        if not isinstance(done, dict):
            done = _run(panel, spans, start, how, place, seed, log_to)
            done |= _judged(panel, start, place.folder / MODEL, seed) if is_judged else {}
            done["seconds"] = round(time.perf_counter() - began, 1)
            place.finish(done)
        told = {"judged": {}, "last": {}, "is_adopted": False} | done
        return Tuned(folder=place.folder / MODEL, **{name: told[name] for name in Tuned.__slots__ if name != "folder"})
    finally:
        place.close()


def _put_aside(folder: Path) -> None:
    if folder.exists():
        before = folder.with_name(folder.name + ".before")
        shutil.rmtree(before, ignore_errors=True)
        folder.rename(before)


def _digest_of(units: np.ndarray) -> str:
    """A hash of units."""
    return hashlib.sha256(np.ascontiguousarray(units).tobytes()).hexdigest()[:16]


def _run(
    panel: Panel,
    spans: tuple[tuple[int, ...], int, int],
    start: Path,
    how: Recipe,
    place: Workplace,
    seed: int,
    log_to: str,
) -> dict[str, Any]:
    import torch

    from shopwright.forecast.t5.export import export
    from shopwright.forecast.t5.fit import Course, Fit, fit, held_out_loss, mixed
    from shopwright.forecast.t5.inputs import inputs
    from shopwright.forecast.t5.lessons import whole_at
    from shopwright.forecast.t5.logs import scalars
    from shopwright.forecast.t5.names import arrays
    from shopwright.forecast.t5.weights import network

    course, tried = Course(panel, *spans), list[Fit]()
    with step(t("Tuning the sales model"), total=len(how.rates) * how.steps) as bar:
        for rate in how.rates:
            torch.manual_seed(seed)
            net = network(start)
            with scalars(place.log, f"{rate:g}", log_to) as scalar:

                def watch(at: int, loss: float, scalar: Callable[[str, float, int], None] = scalar) -> None:
                    bar.advance()
                    scalar("loss", loss, at)

                found = fit(
                    net, course, rate, steps=how.steps, batch=how.batch, every=how.every, patience=how.patience,
                    seed=seed, file=place.checkpoints / f"{rate:g}.pt", watch=watch,
                )  # fmt: skip
                for at, loss in found.losses.items():
                    scalar("loss held out", loss, at)
            tried.append(found)
    best = min(tried, key=lambda each: each.best)
    net = network(start)
    net.load_state_dict(mixed({name: value.clone() for name, value in net.state_dict().items()}, tried))
    after = held_out_loss(net, course)
    until = panel.known.before(course.cut).as_of.isoformat()
    ends = (*course.origins[-3:], course.until)
    seen = [arrays(inputs(whole_at(panel, end).some(slice(0, 128)))) for end in ends]
    about = {"base": digest(start / CARD), "rate": best.rate, "steps": best.best_step, "until": until}
    half_done = place.folder / f".{MODEL}.tmp"
    shutil.rmtree(half_done, ignore_errors=True)
    export(net, half_done, f"tuned until {until}", seen, about)
    shutil.rmtree(place.folder / MODEL, ignore_errors=True)
    half_done.rename(place.folder / MODEL)
    return {
        "before": best.losses[0],
        "after": after,
        "rate": best.rate if best.best_step else 0.0,
        "steps": best.best_step,
        "until": until,
    }


def _judged(panel: Panel, start: Path, made: Path, seed: int) -> dict[str, Any]:
    from shopwright.forecast.t5.compare import compare

    base = "t5" if start == SHIPPED else f"t5:{start}"
    found = compare(panel, base, f"t5:{made}", Way(seed))
    return {"judged": dict(found.judged), "last": dict(found.last), "is_adopted": found.is_adopted}


def tune_shop(
    shop: Shop,
    *,
    folder: Path | str,
    horizon: int = 0,
    seed: int = 0,
    resume: bool = False,
    again: bool = False,
    recipe: Recipe | None = None,
    log_to: str = "",
) -> Tuned:
    """`tune` on a shop's own sales, for the horizon of its settings where none is given.

    Raises:
        TableError: there are no sales to count.
    """
    known = history(shop)
    panel = shop_panel(shop, known, horizon or horizon_of(shop, known))
    return tune(panel, folder=folder, seed=seed, resume=resume, again=again, recipe=recipe, log_to=log_to)
