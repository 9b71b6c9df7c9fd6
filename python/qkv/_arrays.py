"""Arrays of any library, as the bytes of a .safetensors file."""

from __future__ import annotations

import array
import json
import struct
import sys
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

_NUMPY_NAMES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "int64": "I64",
    "int32": "I32",
    "int16": "I16",
    "int8": "I8",
    "uint64": "U64",
    "uint32": "U32",
    "uint16": "U16",
    "uint8": "U8",
    "bool": "BOOL",
}
"""Types as NumPy, ml_dtypes and torch call them, and as .safetensors does."""


class Tensor(NamedTuple):
    """An array as a .safetensors file has it: little-endian, the last axis fastest."""

    dtype: str
    shape: Tuple[int, ...]
    data: bytes


def is_array(given: Any) -> bool:
    """Whether something is an array of some library, or a list of numbers."""
    return isinstance(given, (list, tuple)) or any(
        hasattr(given, name) for name in ("__array__", "__dlpack__", "__array_interface__")
    )


def tensor_of(name: str, given: Any) -> Tensor:
    """The numbers of a torch tensor, of anything that NumPy or DLPack can read, or of a list.

    Raises TypeError for what is no array of real numbers.
    """
    if isinstance(given, (list, tuple)) and not any(hasattr(item, "shape") for item in given):
        return _of_lists(name, given)
    read = given if _is_of_torch(given) else _read(name, given)
    return _of_torch(name, read) if _is_of_torch(read) else _of_numpy(name, read)


def _is_of_torch(given: Any) -> bool:
    return type(given).__module__.split(".")[0] == "torch"


def safetensors(tensors: Mapping[str, Tensor]) -> bytes:
    """The bytes of a .safetensors file with these tensors."""
    header: Dict[str, Any] = {}
    end = 0
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [end, end + len(data)]}
        end += len(data)
    text = json.dumps(header).encode("utf-8")
    # Numbers begin at a place that 8 divides, so that they need not be copied.
    text += b" " * (-len(text) % 8)
    return b"".join([struct.pack("<Q", len(text)), text, *(data for _, _, data in tensors.values())])


def _of_torch(name: str, given: Any) -> Tensor:
    import torch

    dtype = str(given.dtype).split(".")[-1]
    known = _known(name, dtype)
    plain = given.detach().cpu().contiguous()
    data = plain.reshape(-1).view(torch.uint8) if plain.numel() else plain
    return Tensor(known, tuple(given.shape), data.numpy().tobytes())


def _read(name: str, given: Any) -> Any:
    """An array of NumPy, or a tensor of torch where NumPy does not have the type."""
    import numpy

    try:
        if hasattr(given, "__array__") or not hasattr(given, "__dlpack__"):
            return numpy.asarray(given)
    except Exception as error:  # CuPy refuses with a TypeError, others otherwise: DLPack is tried then.
        if not hasattr(given, "__dlpack__"):
            raise TypeError(f"{name} is no array that NumPy reads: {error}") from error
    return _from_dlpack(name, given)


def _from_dlpack(name: str, given: Any) -> Any:
    import numpy

    try:
        return numpy.from_dlpack(given)
    except Exception as error:
        # An array of a GPU, or of a type that NumPy does not have, such as bfloat16.
        try:
            import torch

            return torch.from_dlpack(given)
        except Exception:
            hint = f"give numpy.asarray(...) or a torch tensor of {name}"
            raise TypeError(f"{name} cannot be read by DLPack: {error}; {hint}") from error


def _of_numpy(name: str, given: Any) -> Tensor:
    import numpy

    known = _known(name, given.dtype.name)
    plain = numpy.ascontiguousarray(given)
    order = {"=": sys.byteorder, ">": "big"}.get(given.dtype.byteorder, "little")
    return Tensor(known, tuple(given.shape), (plain.byteswap() if order == "big" else plain).tobytes())


def _known(name: str, dtype: str) -> str:
    if dtype in _NUMPY_NAMES:
        return _NUMPY_NAMES[dtype]
    raise TypeError(f"{name} has the type {dtype}, which is not read; read are {', '.join(_NUMPY_NAMES)}")


def _of_lists(name: str, given: Sequence[Any]) -> Tensor:
    shape: List[int] = []
    level: Any = given
    while isinstance(level, (list, tuple)):
        shape.append(len(level))
        level = level[0] if level else None
    flat = array.array("d")
    _flatten(name, given, shape, flat)
    if sys.byteorder == "big":
        flat.byteswap()
    return Tensor("F64", tuple(shape), flat.tobytes())


def _flatten(name: str, given: Any, shape: Sequence[int], into: "array.array[float]") -> None:
    if not shape:
        try:
            into.append(given)
        except TypeError:
            raise TypeError(f"{name} has {given!r} where a number is expected") from None
        return
    if not isinstance(given, (list, tuple)) or len(given) != shape[0]:
        raise TypeError(f"{name} has rows of different lengths")
    for item in given:
        _flatten(name, item, shape[1:], into)
