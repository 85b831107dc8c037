"""onnxruntime sessions: how many threads, and its errors told as ours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shopwright.errors import ModelError
from shopwright.i18n import Text, t
from shopwright.language.onnx.weights import Array

__all__ = ["open_session", "run"]

QUIET = 3  # errors only; they come as exceptions too


def open_session(model: bytes, *, threads: int = 1, name: str = "ONNX") -> Any:
    """A session on the processor.

    Raises:
        ModelError: onnxruntime cannot load the model.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.log_severity_level = QUIET
    # Its arena has one lock that is spun on: two batches at once were a third slower with it than without
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False  # a plan for each shape of batch, and hardly two batches have the same
    # Its processor version is a plain loop, slower than the addition and the normalisation it replaces
    options.add_session_config_entry("optimization.disable_specified_optimizers", "SkipLayerNormFusion")
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except _failures() as error:
        raise _cannot_load(name, error) from error


def _cannot_load(name: str, error: BaseException) -> ModelError:
    return ModelError(
        t("{file} cannot be loaded", file=name),
        why=Text.literal(_short(error)),
        fix=t("it may have been cut short on its way, or be no encoder: get it again"),
        code="MODEL-27",
    )


def run(session: Any, inputs: Mapping[str, Array], name: str) -> list[Array]:
    """What a session answers.

    Raises:
        ModelError: it failed.
    """
    try:
        return list(session.run(None, dict(inputs)))
    except _failures() as error:
        raise ModelError(
            t("{file} failed while it encoded", file=name),
            why=Text.literal(_short(error)),
            fix=t("its tokenizer and its weights may belong to different models: get both again"),
            code="MODEL-31",
        ) from error


def _failures() -> tuple[type[BaseException], ...]:
    """Everything onnxruntime raises; its exceptions have no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    names = (*("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoModel", "NoSuchFile"),)
    more = ("NotImplemented", "RuntimeException", "EPFail", "EngineError")
    return (*(getattr(state, name) for name in (*names, *more)), RuntimeError, ValueError, TypeError)


def _short(error: BaseException) -> str:
    lines = str(error).splitlines()
    return (lines[0] if lines else type(error).__name__)[:300]
