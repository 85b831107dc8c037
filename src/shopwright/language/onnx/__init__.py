"""Sentence encoders of the BERT family in onnxruntime: made from safetensors without torch, small and quick.

folder ──layout, weights──▶ graph ──quantise──▶ model.onnx + tokenizer.json + shopwright.json ──▶ OnnxEncoder
"""

from shopwright.language.onnx.card import Card
from shopwright.language.onnx.export import export, open_folder
from shopwright.language.onnx.runtime import OnnxEncoder

__all__ = ["Card", "OnnxEncoder", "export", "open_folder"]
