"""Tiny models of each family, made on the spot with random weights."""

from __future__ import annotations

LEVELS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
SIZES = {"d_model": 16, "d_kv": 8, "d_ff": 32, "num_layers": 1, "num_heads": 2, "dropout_rate": 0.0}


def chronos_t5(folder, seed=0):
    import torch
    from transformers import T5Config, T5ForConditionalGeneration

    torch.manual_seed(seed)
    config = T5Config(vocab_size=64, decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, **SIZES)
    config.chronos_pipeline_class = "ChronosPipeline"
    config.chronos_config = {
        "tokenizer_class": "MeanScaleUniformBins",
        "tokenizer_kwargs": {"low_limit": -1.0, "high_limit": 3.0},
        "context_length": 64, "prediction_length": 8, "n_tokens": 64, "n_special_tokens": 2,
        "pad_token_id": 0, "eos_token_id": 1, "use_eos_token": True, "model_type": "seq2seq",
        "num_samples": 20, "temperature": 1.0, "top_k": 50, "top_p": 1.0,
    }  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder


def chronos_bolt(folder, seed=0):
    import torch
    from chronos.chronos_bolt import ChronosBoltModelForForecasting
    from transformers import T5Config

    torch.manual_seed(seed)
    config = T5Config(decoder_start_token_id=0, pad_token_id=0, eos_token_id=1, **SIZES)
    config.chronos_pipeline_class = "ChronosBoltPipeline"
    config.chronos_config = {
        "context_length": 64, "prediction_length": 8, "input_patch_size": 8, "input_patch_stride": 8,
        "quantiles": LEVELS, "use_reg_token": True,
    }  # fmt: skip
    ChronosBoltModelForForecasting(config).save_pretrained(folder)
    return folder


def chronos_2(folder, seed=0):
    import torch
    from chronos import Chronos2Model
    from chronos.chronos2.config import Chronos2CoreConfig

    torch.manual_seed(seed)
    config = Chronos2CoreConfig(**SIZES)
    config.chronos_pipeline_class = "Chronos2Pipeline"
    config.architectures = ["Chronos2Model"]
    config.chronos_config = {
        "context_length": 64, "input_patch_size": 8, "input_patch_stride": 8, "output_patch_size": 8,
        "quantiles": [0.01, *LEVELS, 0.99], "use_reg_token": True, "use_arcsinh": True, "max_output_patches": 2,
    }  # fmt: skip
    Chronos2Model(config).save_pretrained(folder)
    return folder


FAMILIES = {"t5": chronos_t5, "bolt": chronos_bolt, "2": chronos_2}
