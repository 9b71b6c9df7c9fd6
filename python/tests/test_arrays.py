"""Arrays of any library become tensors of a .safetensors file, byte for byte."""

import struct

import pytest

from qkv._arrays import safetensors, tensor_of

numpy = pytest.importorskip("numpy")

ROWS = [[1.0, -2.5, 3.0], [0.5, 0.0, 4.0]]


def doubles(tensor):
    assert tensor.dtype == "F64"
    return list(struct.unpack(f"<{len(tensor.data) // 8}d", tensor.data))


FLAT = [1.0, -2.5, 3.0, 0.5, 0.0, 4.0]


@pytest.mark.parametrize(
    "given",
    [
        ROWS,
        tuple(map(tuple, ROWS)),
        numpy.array(ROWS),
        numpy.asfortranarray(ROWS),
        numpy.array(ROWS).astype(">f8"),
        numpy.array(ROWS + ROWS)[:2],
        numpy.array([[1.0, 9, -2.5, 9, 3.0, 9], [0.5, 9, 0.0, 9, 4.0, 9]])[:, ::2],
    ],
    ids=["lists", "tuples", "array", "Fortran", "big-endian", "slice", "strides"],
)
def test_the_same_numbers(given):
    tensor = tensor_of("q", given)
    assert tensor.shape == (2, 3)
    assert doubles(tensor) == FLAT


@pytest.mark.parametrize("dtype", ["float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"])
def test_types_of_numpy(dtype):
    given = numpy.array([[1, 0], [0, 1]], dtype=dtype)
    tensor = tensor_of("q", given)
    assert tensor.data == given.tobytes()
    assert tensor.dtype == {"bool": "BOOL"}.get(dtype, dtype[0].upper() + "".join(filter(str.isdigit, dtype)))


def test_types_of_torch():
    torch = pytest.importorskip("torch")
    # 1.5 is 0x3fc0 in bfloat16: sign 0, exponent 127, fraction 1000000.
    given = torch.tensor([[1.5, -1.5]], dtype=torch.bfloat16, requires_grad=True)
    assert tensor_of("q", given) == ("BF16", (1, 2), bytes.fromhex("c03fc0bf"))
    # 1.5 is 0 0111 100 in e4m3 and 0 01111 10 in e5m2.
    assert tensor_of("q", torch.tensor([1.5]).to(torch.float8_e4m3fn)) == ("F8_E4M3", (1,), b"\x3c")
    assert tensor_of("q", torch.tensor([1.5]).to(torch.float8_e5m2)) == ("F8_E5M2", (1,), b"\x3e")
    turned = torch.tensor(ROWS, dtype=torch.float64).T
    assert doubles(tensor_of("q", turned)) == [1.0, 0.5, -2.5, 0.0, 3.0, 4.0]


class OfArray:
    """An array of another library, which NumPy reads: JAX."""

    def __init__(self, given):
        self._given = given

    def __array__(self, dtype=None, copy=None):
        return self._given


class OfDlpack:
    """One that lends its memory alone: MLX, CuPy."""

    def __init__(self, given):
        self._given = given

    def __dlpack__(self, **_):
        return self._given.__dlpack__()

    def __dlpack_device__(self):
        return self._given.__dlpack_device__()


class OfGpu(OfDlpack):
    """One that NumPy may not read without a word, as CuPy has it."""

    def __array__(self, *_, **__):
        raise TypeError("implicit conversion to a NumPy array is not allowed")


@pytest.mark.parametrize("library", [OfArray, OfDlpack, OfGpu])
def test_stand_ins_of_other_libraries(library):
    assert doubles(tensor_of("q", library(numpy.array(ROWS)))) == FLAT


def test_a_type_that_numpy_does_not_have_comes_by_torch():
    torch = pytest.importorskip("torch")
    given = OfDlpack(torch.tensor([1.5], dtype=torch.bfloat16))
    assert tensor_of("q", given) == ("BF16", (1,), bytes.fromhex("c03f"))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (numpy.array([1j]), "q has the type complex128"),
        (numpy.array(["a"]), "q has the type str"),
        ([[1, 2], [3]], "rows of different lengths"),
        ([1, [2]], "where a number is expected"),
        ([["a"]], "'a' where a number is expected"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused(given, says):
    with pytest.raises(TypeError, match=says):
        tensor_of("q", given)


def test_file():
    data = safetensors({"q": tensor_of("q", [1.0]), "k": tensor_of("k", [2.0, 3.0])})
    (length,) = struct.unpack("<Q", data[:8])
    assert length % 8 == 0
    assert b'"data_offsets": [8, 24]' in data[8 : 8 + length]
    assert struct.unpack("<3d", data[8 + length :]) == (1.0, 2.0, 3.0)
