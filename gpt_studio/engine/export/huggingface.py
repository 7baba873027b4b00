"""A run as a folder that Hugging Face's `transformers` opens from disk as it is: a GPT-2, whose form ours is."""

import json
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from msgspec.structs import replace
from torch import Tensor

from gpt_studio.engine import files, runs
from gpt_studio.engine.config import STYLES, ModelConfig
from gpt_studio.engine.errors import RunError, StudioError
from gpt_studio.engine.export.model_card import model_card
from gpt_studio.engine.keeping import stored_models
from gpt_studio.engine.model import GPT

ACTIVATIONS = {"gelu": "gelu", "gelu_tanh": "gelu_new", "relu": "relu"}  # ours, and the library's name for it
TRANSPOSED = ("c_attn.weight", "c_proj.weight", "c_fc.weight")  # the library keeps these as (inputs, outputs)

CAN_BE_ZERO = ("position", "scores", "attention", "mlp")  # a part whose weights are 0 is as good as left out


def export(run: Path, out: Path, step: int | None = None) -> int:
    """Write a run's model, tokenizer and facts into a new folder; gives the step whose weights were taken.

    Args:
        run: The run folder.
        out: The folder to make; it must not exist yet, or be empty.
        step: Of a snapshot or checkpoint; None takes the newest checkpoint.

    Raises:
        RunError: The run or step cannot be read.
        StudioError: `export.bigram` or `export.without` where a GPT-2 cannot say what this model is, `export.exists`,
            `files.write`.
    """
    record = runs.read_record(run)
    _refuse_what_gpt2_cannot_say(record.model)
    if out.is_file() or (out.is_dir() and any(out.iterdir())):
        raise StudioError("export.exists", path=str(out))
    model, step = stored_models.load_model(run, record.model, step)
    weights = safetensors.torch.save(as_gpt2(model), metadata={"format": "pt"})
    texts = {
        "config.json": _as_json(gpt2_config(record.model)),
        "generation_config.json": _as_json(_generation_config(record.model)),
        "tokenizer.json": runs.read_tokenizer(run).to_json(),
        "tokenizer_config.json": _as_json(_tokenizer_config(record.model)),
        "README.md": model_card(record, step, runs.read_metrics(run)),
    }
    with files.new_folder(out) as folder:
        files.write_part(folder / "model.safetensors", weights)
        for name, text in texts.items():
            files.write_part(folder / name, text.encode("utf-8"))
    return step


def gpt2_config(model: ModelConfig) -> dict[str, Any]:
    """The library's settings for a model of this form. There are no tokens for beginning and end."""
    return {
        "architectures": ["GPT2LMHeadModel"],
        "model_type": "gpt2",
        "vocab_size": model.vocab_size,
        "n_positions": model.block_size,
        "n_embd": model.n_embd,
        "n_layer": model.n_layer,
        "n_head": model.n_head,
        "activation_function": ACTIVATIONS[model.activation],
        "resid_pdrop": model.dropout,
        "embd_pdrop": model.dropout,
        "attn_pdrop": model.dropout,
        "layer_norm_epsilon": 1e-5,
        "tie_word_embeddings": model.tied,
        "bos_token_id": None,
        "eos_token_id": None,
        "dtype": "float32",
    }


def as_gpt2(model: GPT) -> dict[str, Tensor]:
    """The weights under the library's names and in its shapes.

    What ours lacks and the library's GPT-2 always has is 0 there: biases, and parts that were left out, which then add
    nothing. Queries and keys of 0 make all scores 0, so that every visible place counts alike, as in ours.
    """
    with torch.device("meta"):  # shapes without memory
        whole = GPT(replace(model.config, without=())).state_dict()
    weights = {name: torch.zeros(tensor.shape) for name, tensor in whole.items()} | model.state_dict()
    tensors: dict[str, Tensor] = {}
    for name, tensor in weights.items():
        place = name if name.startswith("lm_head") else f"transformer.{name}"
        if "c_attn" in name and tensor.shape != whole[name].shape:  # values alone
            tensor = torch.cat([tensor.new_zeros(2 * len(tensor), *tensor.shape[1:]), tensor])
        turned = tensor.t() if name.endswith(TRANSPOSED) else tensor
        tensors[place] = turned.float().contiguous()
    for name in tuple(tensors):
        if ".ln_" in name or name.endswith(TRANSPOSED):
            bias = name.removesuffix("weight").removesuffix("bias") + "bias"
            tensors.setdefault(bias, torch.zeros(tensors[name].shape[-1]))
    return tensors


def _refuse_what_gpt2_cannot_say(model: ModelConfig) -> None:
    if model.is_bigram:
        raise RunError("export.bigram")
    odd = [part for part in model.without if part not in CAN_BE_ZERO] + ["head_bias"] * model.head_bias
    if odd:
        raise RunError("export.without", parts=", ".join(odd))


def _tokenizer_config(model: ModelConfig) -> dict[str, Any]:
    return {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": model.block_size,
        "clean_up_tokenization_spaces": False,
    }


def _generation_config(model: ModelConfig) -> dict[str, Any]:
    """As the program's balanced style writes; beyond the context the library's GPT-2 has no positions."""
    style = STYLES["balanced"]
    return {
        "do_sample": True,
        "temperature": style.temperature,
        "top_k": style.top_k,
        "max_length": model.block_size,
        "eos_token_id": None,
    }


def _as_json(settings: dict[str, Any]) -> str:
    return json.dumps(settings, indent=2, ensure_ascii=False) + "\n"
