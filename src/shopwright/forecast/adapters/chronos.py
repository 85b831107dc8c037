"""Chronos' published forecasters (Ansari et al. 2024; Chronos-2: Ansari et al. 2025), through `chronos-forecasting`.

Three families under one name, told apart by their own files. Chronos-T5 draws paths, of which quantiles are taken;
Chronos-Bolt and Chronos-2 tell quantiles. Chronos-2 also takes covariates, those known ahead for the time ahead too.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shopwright.errors import ExtraMissing, ModelError
from shopwright.forecast.adapters.torches import drawn, still
from shopwright.forecast.cast import DECILES, LEVELS
from shopwright.forecast.foreign import Told
from shopwright.forecast.panel import Floats, Panel
from shopwright.forecast.way import Way
from shopwright.i18n import Text, t
from shopwright.language.models.whole import at_hand
from shopwright.language.onnx.files import must_exist, read_json, refuse_code, refuse_pickles
from shopwright.language.tuning.causal import unloadable
from shopwright.seeds import derive

__all__ = ["Chronos", "load"]

LIBRARY, EXTRA = "chronos", "train"
FAMILIES = {  # by architecture: the class of the library that forecasts with it
    "T5ForConditionalGeneration": "ChronosPipeline",
    "ChronosBoltModelForForecasting": "ChronosBoltPipeline",
    "Chronos2Model": "Chronos2Pipeline",
}
PATHS = 100  # drawn of each product by Chronos-T5: one for each hundredth of the chances
BATCH = 64  # products at once
FEWEST = 3  # known periods without which a product is not told


@dataclass(frozen=True, eq=False)
class Chronos:
    """A model of one of the families.

    Attributes:
        pipeline: of the library.
    """

    pipeline: Any

    def told(self, panel: Panel, way: Way) -> Told:
        """Quantiles of the H periods ahead; not of SKUs with fewer than `FEWEST` known periods."""
        rows = np.flatnonzero(np.isfinite(panel.units).sum(axis=1) >= FEWEST)
        levels = self._levels()
        found = np.full((len(panel.skus), panel.horizon, len(levels)), np.nan)
        with still(), drawn(derive(way.seed, "chronos")):
            for some in (rows[at : at + BATCH] for at in range(0, len(rows), BATCH)):
                found[some] = self._quantiles(panel, some)
        return Told.of(panel, levels, found)

    def _levels(self) -> Floats:
        """Levels of the quantiles that the family tells, rising."""
        own = getattr(self.pipeline, "quantiles", None)
        return np.array(LEVELS if own is None else own, np.float64)

    def _quantiles(self, panel: Panel, rows: NDArray[np.int64]) -> Floats:
        """Of these SKUs at those levels, shape (rows, H, levels)."""
        import torch

        horizon, kind = panel.horizon, type(self.pipeline).__name__
        if kind == "Chronos2Pipeline":
            asked = list(_with_covariates(panel, rows))
            known = [float(level) for level in self.pipeline.quantiles]
            unrolled = [LEVELS[at] for at in DECILES if LEVELS[at] in known] or known
            told = self.pipeline.predict(asked, prediction_length=horizon, unrolled_quantiles=unrolled)
            return np.stack([each[0].numpy().T for each in told]).astype(np.float64)
        units = torch.tensor(panel.units[rows], dtype=torch.float32)
        if kind == "ChronosBoltPipeline":
            told = self.pipeline.predict(units, prediction_length=horizon)
            return np.asarray(told.numpy().swapaxes(1, 2), np.float64)
        paths = self.pipeline.predict(units, prediction_length=horizon, num_samples=PATHS).numpy()
        return np.asarray(np.moveaxis(np.quantile(paths.astype(np.float64), LEVELS, axis=1), 0, 2))


def _with_covariates(panel: Panel, rows: NDArray[np.int64]) -> Iterator[dict[str, Any]]:
    """What Chronos-2 is asked: each SKU's units from its first known period on, and what goes with them."""
    t = panel.n_periods
    known = np.isfinite(panel.units)
    for row in rows.tolist():
        begin = int(known[row].argmax())
        ahead = {f"ahead {name}": values[row] for name, values in panel.ahead.items()}
        past = {f"past {name}": values[row, begin:t] for name, values in panel.past.items()}
        yield {
            "target": panel.units[row, begin:].astype(np.float32),
            "past_covariates": {**past, **{name: values[begin:t] for name, values in ahead.items()}},
            "future_covariates": {name: values[t:] for name, values in ahead.items()},
        }


def load(place: str, way: Way) -> Chronos:
    """The model in a folder or of that name on the hub, from safetensors alone.

    Raises:
        ExtraMissing: the library is not installed.
        ModelError: the folder holds no Chronos model (MODEL-86), or one that cannot be loaded safely.
        ProviderError: the hub cannot be reached, or does not have it.
    """
    if importlib.util.find_spec(LIBRARY) is None:
        raise ExtraMissing.of("chronos-forecasting", EXTRA)
    folder = at_hand(place).resolve()
    examined(folder)
    stamp = max(file.stat().st_mtime_ns for file in folder.glob("*.safetensors"))
    return _loaded(folder, stamp)


def examined(folder: Path) -> Mapping[str, Any]:
    """The configuration of a Chronos model in a folder: safetensors, no pickles, no code of its own.

    Raises:
        ModelError: it is none, or a file is missing.
    """
    config = read_json(must_exist(folder / "config.json"))
    refuse_code(config, folder / "config.json")
    named = [str(name) for name in config.get("architectures") or ()]
    is_adapter = (folder / "adapter_config.json").exists()  # the library would fetch what it belongs to
    if is_adapter or "chronos_config" not in config or len(named) != 1 or named[0] not in FAMILIES:
        raise ModelError(
            t("{folder} holds no Chronos model", folder=str(folder)),
            why=t("it is an adapter of another model")
            if is_adapter
            else t("its architecture is {names}", names=", ".join(named) or "-"),
            fix=t("take Chronos-T5, Chronos-Bolt or Chronos-2, such as amazon/chronos-bolt-tiny"),
            code="MODEL-86",
        )
    if not any(folder.glob("*.safetensors")):
        refuse_pickles(folder)
        must_exist(folder / "model.safetensors")
    return config


@lru_cache(maxsize=2)
def _loaded(folder: Path, stamp: int) -> Chronos:
    with still():
        import chronos
        import torch
        from safetensors import SafetensorError

        family = getattr(chronos, FAMILIES[str(examined(folder)["architectures"][0])])
        try:
            pipeline = family.from_pretrained(
                str(folder),
                dtype=torch.float32,
                local_files_only=True,
                trust_remote_code=False,
                use_safetensors=True,
            )
        except (
            AssertionError,
            AttributeError,
            LookupError,
            OSError,
            RuntimeError,
            TypeError,
            ValueError,
            SafetensorError,
        ) as error:
            raise unloadable(folder, Text.literal(str(error).split("\n", 1)[0][:200])) from error
        missing = _missing(pipeline.inner_model, folder)
        if missing:
            raise unloadable(folder, t("it has no tensor {name}", name=missing[0]))
        pipeline.inner_model.eval()
    return Chronos(pipeline)


def _missing(model: Any, folder: Path) -> list[str]:
    """Parameters that no file of the folder holds, under none of the names that share them; they would be random."""
    from safetensors import safe_open

    there: set[str] = set()
    for file in folder.glob("*.safetensors"):
        with safe_open(str(file), framework="numpy") as tensors:
            there.update(tensors.keys())
    names: dict[int, list[str]] = {}
    for name, value in model.named_parameters(remove_duplicate=False):
        names.setdefault(value.data_ptr(), []).append(name)
    return sorted(shared[0] for shared in names.values() if there.isdisjoint(shared))
