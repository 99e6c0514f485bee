"""Sixteen doubles as one value (多路向量), for kernels: the compiler keeps it in registers, which it does not for arrays.

No operation is fused or reordered, so a lane gives the same digits as a plain double on every machine.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic, models, register_model
from numpy.typing import NDArray

LANES = 16  # two AVX-512 registers; a link read once serves them all, which is worth more than fitting one
LINE = 64  # bytes that memory hands over at once
_VECTOR = ir.VectorType(ir.DoubleType(), LANES)


class _Lanes(types.Type):
    def __init__(self) -> None:
        super().__init__(name="float64x16")


lanes_type = _Lanes()


@register_model(_Lanes)
class _LanesModel(models.PrimitiveModel):
    def __init__(self, dmm: Any, fe_type: Any) -> None:
        super().__init__(dmm, fe_type, _VECTOR)


def rows(n: int) -> NDArray[np.float64]:
    """Zeros of shape (n, 16); each row fills two lines of the cache."""
    return aligned(n * LANES, np.dtype(np.float64)).reshape(n, LANES)


def aligned(n: int, kind: np.dtype[Any]) -> NDArray[Any]:
    """Zeros of shape (n,) that begin with a line of the cache."""
    raw = np.zeros(n * kind.itemsize + LINE, np.uint8)
    first = -raw.ctypes.data % LINE
    return raw[first : first + n * kind.itemsize].view(kind)


def _operation(build: Callable[..., Any]) -> Callable[..., Any]:
    """Numba calls what looks like a function of two arguments with one less: say so to the type checker."""
    return intrinsic(build)


def _pointer(context: Any, builder: Any, array_type: Any, array: Any, row: Any) -> Any:
    """Address of a row of an array of shape (n, 16) whose rows stand one after the other."""
    data = context.make_array(array_type)(context, builder, array).data
    at = builder.mul(row, ir.Constant(row.type, LANES))
    return builder.bitcast(builder.gep(data, [at]), _VECTOR.as_pointer())


@_operation
def load(typingctx: Any, array: Any, row: Any) -> Any:
    """Row of an array as a vector."""

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        row_at = context.cast(builder, args[1], signature.args[1], types.intp)
        return builder.load(_pointer(context, builder, signature.args[0], args[0], row_at), align=8, typ=_VECTOR)

    return lanes_type(array, row), make


@_operation
def store(typingctx: Any, array: Any, row: Any, value: Any) -> Any:
    """Put a vector into a row of an array."""

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        row_at = context.cast(builder, args[1], signature.args[1], types.intp)
        builder.store(args[2], _pointer(context, builder, signature.args[0], args[0], row_at), align=8)
        return context.get_dummy_value()

    return types.void(array, row, value), make


@_operation
def fill(typingctx: Any, number: Any) -> Any:
    """One number in all lanes."""

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        one = builder.insert_element(ir.Constant(_VECTOR, ir.Undefined), args[0], ir.Constant(ir.IntType(32), 0))
        zeros = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)
        return builder.shuffle_vector(one, ir.Constant(_VECTOR, ir.Undefined), zeros)

    return lanes_type(types.float64), make


def _binary(name: str, doc: str, build: Any) -> Any:
    def operation(typingctx: Any, a: Any, b: Any) -> Any:
        def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
            return build(builder, *args)

        return lanes_type(lanes_type, lanes_type), make

    operation.__name__, operation.__doc__ = name, doc
    return _operation(operation)


def _larger(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered(">", a, b), a, b)


def _smaller(builder: Any, a: Any, b: Any) -> Any:
    return builder.select(builder.fcmp_ordered("<", a, b), a, b)


add = _binary("add", "Sum, lane by lane.", lambda builder, a, b: builder.fadd(a, b))
sub = _binary("sub", "Difference, lane by lane.", lambda builder, a, b: builder.fsub(a, b))
mul = _binary("mul", "Product, lane by lane.", lambda builder, a, b: builder.fmul(a, b))
larger = _binary("larger", "The larger of both, lane by lane.", _larger)
smaller = _binary("smaller", "The smaller of both, lane by lane.", _smaller)


@_operation
def prefetch(typingctx: Any, array: Any, index: Any) -> Any:
    """Ask for the cache line of one element of a flat array, which will be used a little later; changes nothing."""

    def make(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        data = context.make_array(signature.args[0])(context, builder, args[0]).data
        at = context.cast(builder, args[1], signature.args[1], types.intp)
        byte = ir.IntType(8).as_pointer()
        number = ir.IntType(32)
        function = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        ask = cgutils.get_or_insert_function(builder.module, function, "llvm.prefetch.p0")
        address = builder.bitcast(builder.gep(data, [at]), byte)
        builder.call(ask, [address, number(1), number(3), number(1)])  # to write, keep close, data
        return context.get_dummy_value()

    return types.void(array, index), make
