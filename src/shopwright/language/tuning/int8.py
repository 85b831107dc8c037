"""Models in eight bits without pickles: each row of a weight as integers and one scale, in one safetensors file.

Symmetric, per output channel: q = round(w / s), s = max|w| / 127 (Jacob et al. 2018, section 3, zero point 0). The
file is a quarter of float32's; when it is loaded the weights are float32 again, so it runs wherever the model does.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from shopwright.i18n import Text, t
from shopwright.language.onnx.files import must_exist
from shopwright.language.tuning.causal import unloadable

__all__ = ["FILE", "pack", "unpack"]

FILE = "int8.safetensors"
SCALE = ".scale"  # beside a tensor of integers


def pack(model: Any, folder: Path) -> None:
    """Write a model's weights to `folder` in eight bits: those of linear layers and tables; the others stay float32."""
    import torch
    from safetensors.torch import save

    columns = _by_column(model)
    kept: dict[str, Any] = {}
    seen: set[tuple[int, tuple[int, ...]]] = set()
    for name, value in model.state_dict().items():
        place = (value.data_ptr(), tuple(value.shape))
        if place in seen:  # two names for one weight, as of words read and words said
            continue
        seen.add(place)
        value = value.detach().to("cpu")
        if value.ndim != 2 or not value.is_floating_point():
            kept[name] = value.contiguous().clone()
            continue
        value = value.float()
        scale = value.abs().amax(0 if name in columns else 1, keepdim=True).clamp_min(1e-12) / 127
        kept[name] = (value / scale).round().clamp(-127, 127).to(torch.int8).contiguous()
        kept[name + SCALE] = scale.contiguous()
    packed = save(kept, metadata={"format": "pt", "int8": json.dumps({"version": 1})})
    (folder / FILE).write_bytes(packed)  # save_file would let nobody else read it
    model.config.save_pretrained(str(folder))
    if model.can_generate():
        model.generation_config.save_pretrained(str(folder))


def unpack(folder: Path) -> Any:
    """The model whose weights `pack` wrote, in float32.

    Raises:
        ModelError: files are missing, or do not fit together.
    """
    import transformers
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        stored = load_file(str(must_exist(folder / FILE)))
        config = transformers.AutoConfig.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
        maker = transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModelForCausalLM
        model = maker.from_config(config, trust_remote_code=False)
        weights = {
            name: value.float() * stored[name + SCALE] if name + SCALE in stored else value
            for name, value in stored.items()
            if not name.endswith(SCALE)
        }
        told = model.load_state_dict(weights, strict=False)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise unloadable(folder, Text.literal(str(error).split("\n", 1)[0][:200])) from error
    state = model.state_dict()
    filled = {state[name].data_ptr() for name in weights if name in state}
    missing = [name for name in told.missing_keys if state[name].data_ptr() not in filled]
    if missing or told.unexpected_keys:
        raise unloadable(folder, t("it has no tensor {name}", name=[*missing, *told.unexpected_keys][0]))
    if (folder / "generation_config.json").is_file():
        model.generation_config = transformers.GenerationConfig.from_pretrained(str(folder), local_files_only=True)
    return model.eval()


def _by_column(model: Any) -> set[str]:
    """Weights whose output channels are columns: those of GPT-2's Conv1D."""
    from transformers.pytorch_utils import Conv1D

    return {f"{name}.weight" for name, module in model.named_modules() if isinstance(module, Conv1D)}
