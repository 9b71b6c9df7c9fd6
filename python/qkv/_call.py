"""A command line of qkv, made of arrays and settings as Python has them."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Mapping, Tuple

from ._arrays import Tensor, is_array, safetensors, tensor_of
from ._server import SERVER, Answer

INPUTS = "inputs.safetensors"
"""What the file with the arrays is called in a call."""

_MASKS = ("mask", "attn_mask", "attention_mask")


def run(command: str, arrays: Mapping[str, Any], settings: Mapping[str, Any], *more: str) -> Answer:
    """What a command prints of these arrays. Settings that are arrays go into the same file."""
    argv, files = command_line(command, arrays, settings)
    return SERVER.call([*argv, *more], files)


def command_line(
    command: str, arrays: Mapping[str, Any], settings: Mapping[str, Any]
) -> Tuple[List[str], Dict[str, bytes]]:
    """The words of a command line, and its file."""
    options = {name: value for name, value in settings.items() if value is not None}
    beside = {name: value for name, value in options.items() if _is_input(name, value)}
    given = {**{name: value for name, value in arrays.items() if value is not None}, **beside}
    tensors = {}
    for name, value in given.items():
        tensor = tensor_of(name, value)
        tensors[_name_of(name, tensor)] = tensor
    words = [word for name, value in options.items() if name not in beside for word in _option(name, value)]
    return [command, INPUTS, *words], {INPUTS: safetensors(tensors)}


def _is_input(name: str, value: Any) -> bool:
    """Arrays are inputs; a short list of numbers or words is a setting, such as window=(128, 0)."""
    if isinstance(value, (list, tuple)):
        return name in _MASKS or any(isinstance(item, (list, tuple)) or hasattr(item, "shape") for item in value)
    return is_array(value)


def _name_of(name: str, tensor: Tensor) -> str:
    """A mask of floats is added to the scores, as torch has it: a bias."""
    return "bias" if name in _MASKS and tensor.dtype[0] in "FB" and tensor.dtype != "BOOL" else name


def _option(name: str, value: Any) -> List[str]:
    """--key-length 9 of key_length=9; nothing of False, which is how an option is off."""
    option = "--" + name.strip("_").replace("_", "-")
    if value is True:
        return [option]
    if value is False:
        return []
    if isinstance(value, (list, tuple)):
        return [option, ",".join(map(str, value))]
    if isinstance(value, float):
        return [option, json.dumps(value)]
    return [option, str(value)]
