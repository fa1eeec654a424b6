"""tfcompat: TensorFlow programs on PyTorch. This module is the `tf` namespace of TensorFlow 2.21."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfcompat import _names, dtypes, errors, math, nest, version
from tfcompat._arrays.bits import bitcast
from tfcompat._arrays.calling import numpy_function, py_function
from tfcompat._arrays.control import case, cond, switch_case, while_loop
from tfcompat._arrays.creation import (
    eye,
    fill,
    guarantee_const,
    identity,
    identity_n,
    linspace,
    meshgrid,
    one_hot,
    ones,
    ones_like,
    range,
    sequence_mask,
    stop_gradient,
    timestamp,
    zeros,
    zeros_like,
)
from tfcompat._arrays.gradients import gradients, hessians
from tfcompat._arrays.inspecting import get_static_value, is_symbolic_tensor, is_tensor
from tfcompat._arrays.joining import concat, parallel_stack, slice, split, stack, strided_slice, unstack
from tfcompat._arrays.mapping import foldl, foldr, map_fn, scan, vectorized_map
from tfcompat._arrays.ordering import control_dependencies, executing_eagerly, group, no_op, tuple
from tfcompat._arrays.padding import (
    batch_to_space,
    extract_volume_patches,
    pad,
    required_space_to_batch_paddings,
    space_to_batch,
    space_to_batch_nd,
)
from tfcompat._arrays.printing import print
from tfcompat._arrays.rearranging import repeat, reverse, reverse_sequence, roll, tile
from tfcompat._arrays.scattering import (
    dynamic_partition,
    dynamic_stitch,
    scatter_nd,
    tensor_scatter_nd_add,
    tensor_scatter_nd_max,
    tensor_scatter_nd_min,
    tensor_scatter_nd_sub,
    tensor_scatter_nd_update,
)
from tfcompat._arrays.selecting import boolean_mask, where
from tfcompat._arrays.shaping import (
    broadcast_dynamic_shape,
    broadcast_static_shape,
    broadcast_to,
    ensure_shape,
    expand_dims,
    rank,
    reshape,
    shape,
    shape_n,
    size,
    squeeze,
    transpose,
)
from tfcompat._arrays.sorting import argsort, searchsorted, sort, unique, unique_with_counts, unravel_index
from tfcompat._clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from tfcompat._core import loaded as _loaded
from tfcompat._core import operators as _operators
from tfcompat._core import slicing as _slicing
from tfcompat._core.convert import (
    constant,
    convert_to_tensor,
    from_torch,
    register_tensor_conversion_function,
    to_torch,
)
from tfcompat._core.custom_gradient import custom_gradient, grad_pass_through, recompute_grad
from tfcompat._core.device import device
from tfcompat._core.device_spec import DeviceSpec
from tfcompat._core.dtypes import (
    DType,
    as_dtype,
    bfloat16,
    bool,
    complex64,
    complex128,
    double,
    float16,
    float32,
    float64,
    half,
    int8,
    int16,
    int32,
    int64,
    qint8,
    qint16,
    qint32,
    quint8,
    quint16,
    resource,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
    variant,
)
from tfcompat._core.gathering import gather, gather_nd
from tfcompat._core.indexed_slices import IndexedSlices
from tfcompat._core.logging import get_logger
from tfcompat._core.module import Module
from tfcompat._core.names import current_scope as get_current_name_scope
from tfcompat._core.names import name_scope
from tfcompat._core.shapes import TensorShape
from tfcompat._core.specs import IndexedSlicesSpec, NoneTensorSpec, TensorArraySpec, TensorSpec
from tfcompat._core.tape import GradientTape, UnconnectedGradients
from tfcompat._core.tensor import Tensor
from tfcompat._core.tensor_array import TensorArray
from tfcompat._core.type_spec import TypeSpec, type_spec_from_value
from tfcompat._core.variable import Variable
from tfcompat._core.variable_options import VariableAggregationV2 as VariableAggregation
from tfcompat._core.variable_options import VariableSynchronization
from tfcompat._function import function, init_scope, inside_function
from tfcompat.dtypes.casting import cast, complex, saturate_cast
from tfcompat.math import (
    abs,
    acos,
    acosh,
    add,
    add_n,
    argmax,
    argmin,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    cos,
    cosh,
    cumsum,
    divide,
    equal,
    exp,
    floor,
    greater,
    greater_equal,
    less,
    less_equal,
    logical_and,
    logical_not,
    logical_or,
    maximum,
    minimum,
    multiply,
    negative,
    not_equal,
    pow,
    reduce_all,
    reduce_any,
    reduce_logsumexp,
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
    round,
    scalar_mul,
    sigmoid,
    sign,
    sin,
    sinh,
    sqrt,
    square,
    subtract,
    tan,
    tanh,
    truediv,
)
from tfcompat.math.arithmetic import realdiv, truncatediv, truncatemod

if TYPE_CHECKING:  # for tools that read the source: what is loaded on first use
    from tfcompat import (
        autodiff,
        bitwise,
        compat,
        config,
        debugging,
        image,
        io,
        keras,
        linalg,
        lookup,
        nn,
        ragged,
        random,
        strings,
        test,
    )
    from tfcompat._initializers import (
        constant_initializer,
        ones_initializer,
        random_normal_initializer,
        random_uniform_initializer,
        zeros_initializer,
    )
    from tfcompat.linalg import eig, eigvals, einsum, matmul, norm, tensordot

__version__ = version.VERSION
__git_version__ = version.GIT_VERSION
__compiler_version__ = version.COMPILER_VERSION
newaxis = None

# Loaded on first use, so that importing tfcompat costs little more than importing torch: module -> names in it.
_LAZY = _names.lazy_names(
    {
        "tfcompat": (
            "audio autodiff autograph bitwise compat config data debugging distribute estimator experimental "
            "feature_column graph_util image io keras linalg lookup nn profiler quantization queue ragged random "
            "raw_ops saved_model sets signal sparse strings summary sysconfig test tpu train types"
        ),
        "tfcompat._arrays.batching": "nondifferentiable_batch_function",
        "tfcompat._arrays.critical_section": "CriticalSection",
        "tfcompat._arrays.gradient_registry": "AggregationMethod RegisterGradient no_gradient",
        "tfcompat._arrays.inspecting": "check_pinned",
        "tfcompat._core.optional": "OptionalSpec",
        "tfcompat._core.variable_creators": "variable_creator_scope",
        "tfcompat._formats.tensor_proto": "make_ndarray make_tensor_proto",
        "tfcompat._function.graph_view": "Graph",
        "tfcompat._function.symbolic": "Operation",
        "tfcompat._initializers": (
            "constant_initializer ones_initializer random_normal_initializer random_uniform_initializer "
            "zeros_initializer"
        ),
        "tfcompat._install": "install load_ipython_extension uninstall unload_ipython_extension",
        "tfcompat._plugins": "load_library load_op_library",
        "tfcompat._ragged": "RaggedTensor RaggedTensorSpec",
        "tfcompat._ragged.filling": "ragged_fill_empty_rows ragged_fill_empty_rows_grad",
        "tfcompat._sparse": "SparseTensor SparseTensorSpec",
        "tfcompat._sparse.edit_distance": "edit_distance",
        "tfcompat.debugging": "Assert assert_equal assert_greater assert_less assert_rank",
        "tfcompat.graph_util": "import_graph_def",
        "tfcompat.keras": "initializers losses metrics optimizers",
        "tfcompat.keras._torch_module": "as_torch_module",
        "tfcompat.linalg": "eig eigvals einsum matmul norm tensordot",
        "tfcompat.math.histograms": "histogram_fixed_width histogram_fixed_width_bins",
        "tfcompat.math.ranking": "approx_top_k",
        "tfcompat.nn.convolution_gradients": "conv conv2d_backprop_filter_v2 conv2d_backprop_input_v2",
        "tfcompat.random.stateless": "random_index_shuffle",
        "tfcompat.signal.kernels": "fftnd ifftnd irfftnd rfftnd",
        "tfcompat.strings": "as_string",
        "tfcompat.strings.hashing": "fingerprint",
    }
)
_LAZY["matrix_square_root"] = "tfcompat.linalg:sqrtm"
_LAZY["__internal__"] = "tfcompat._internals.internal"
__getattr__ = _names.module_getattr("tf", globals(), lazy=_LAZY)
_loaded()
