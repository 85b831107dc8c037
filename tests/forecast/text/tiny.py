"""A tiny T5 with a tokenizer of words, digits and marks, made on the spot."""

from __future__ import annotations

WORDS = "Units sold by week day month is usual Product Sold Next from in then holidays promotion tea mug green"
MONTHS = "January February March April May June July August September October November December"


def t5(folder, *, digits="0123456789", seed=0, layers=2, width=64):
    import torch
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    torch.manual_seed(seed)
    names = ["<pad>", "</s>", "<unk>", *digits, *",.:;-", *WORDS.split(), *MONTHS.split()]
    words = Tokenizer(models.WordLevel({name: at for at, name in enumerate(names)}, unk_token="<unk>"))
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        clean_up_tokenization_spaces=False,
    )
    tokenizer.save_pretrained(folder)
    config = T5Config(
        vocab_size=len(names), d_model=width, d_kv=16, d_ff=2 * width, num_layers=layers, num_heads=4,
        dropout_rate=0.0, decoder_start_token_id=0, eos_token_id=1, pad_token_id=0,
    )  # fmt: skip
    T5ForConditionalGeneration(config).save_pretrained(folder)
    return folder
