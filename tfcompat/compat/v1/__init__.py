"""tf.compat.v1: TensorFlow 1's names, as far as they work in eager TensorFlow 2.

A name that means the same in tf is found there; what was different then is here, or missing with an error that says so.
"""

from __future__ import annotations

from tfcompat import version as _version
from tfcompat._core.device import device_v1 as device
from tfcompat._core.device_spec import DeviceSpecV1 as DeviceSpec
from tfcompat._core.dimension import Dimension
from tfcompat._core.flags import flags as _flags
from tfcompat._core.names import name_scope_v1 as name_scope
from tfcompat._core.shapes import disable_v2_tensorshape, enable_v2_tensorshape
from tfcompat._core.state import state as _state
from tfcompat._core.variable_options import VariableAggregation
from tfcompat.compat import dimension_at_index, dimension_value
from tfcompat.compat.v1._collections import (
    GraphKeys,
    add_to_collection,
    add_to_collections,
    get_collection,
    get_collection_ref,
    global_variables,
    local_variables,
    model_variables,
    moving_average_variables,
    trainable_variables,
)
from tfcompat.compat.v1._equality import disable_tensor_equality, enable_tensor_equality
from tfcompat.compat.v1._fallback import module_getattr as _module_getattr
from tfcompat.compat.v1._initializers import Constant as constant_initializer
from tfcompat.compat.v1._initializers import GlorotNormal as glorot_normal_initializer
from tfcompat.compat.v1._initializers import GlorotUniform as glorot_uniform_initializer
from tfcompat.compat.v1._initializers import Ones as ones_initializer
from tfcompat.compat.v1._initializers import Orthogonal as orthogonal_initializer
from tfcompat.compat.v1._initializers import RandomNormal as random_normal_initializer
from tfcompat.compat.v1._initializers import RandomUniform as random_uniform_initializer
from tfcompat.compat.v1._initializers import TruncatedNormal as truncated_normal_initializer
from tfcompat.compat.v1._initializers import UniformUnitScaling as uniform_unit_scaling_initializer
from tfcompat.compat.v1._initializers import VarianceScaling as variance_scaling_initializer
from tfcompat.compat.v1._initializers import Zeros as zeros_initializer
from tfcompat.compat.v1._placeholders import placeholder
from tfcompat.compat.v1._variable_scope import (
    VariableScope,
    get_local_variable,
    get_variable,
    get_variable_scope,
    no_regularizer,
    variable_op_scope,
    variable_scope,
)
from tfcompat.compat.v1._variable_scope import VariableV1 as Variable
from tfcompat.compat.v1._variable_store import AUTO_REUSE

VERSION = _version.VERSION
__version__ = VERSION

all_variables = global_variables


def enable_eager_execution(config: object = None, device_policy: object = None, execution_mode: object = None) -> None:
    """Asks for what is the case: ops run when they are called (tf.compat.v1.enable_eager_execution).

    The arguments must be None, since devices are in use already (tf.config sets them up): ValueError.
    """
    given = {"config": config, "device_policy": device_policy, "execution_mode": execution_mode}
    for name, value in given.items():
        if value is not None:
            raise ValueError(f"enable_eager_execution: {name} must be None, got {value!r}; call tf.config instead.")


def enable_v2_behavior() -> None:
    """Asks for TensorFlow 2's behaviour, the default; graphs stay if they were asked for (enable_v2_behavior)."""
    _flags.tf2 = True
    enable_v2_tensorshape()
    enable_resource_variables()
    enable_control_flow_v2()
    enable_tensor_equality()


_modes = {"control flow": True}


def enable_resource_variables() -> None:
    """Makes variables with well-defined reads and writes, as all here are (tf.compat.v1.enable_resource_variables)."""
    _flags.resource_variables = True


def disable_resource_variables() -> None:
    """Gives a graph's variables the operations and dtypes that reference variables have; they stay resources."""
    _flags.resource_variables = False


def resource_variables_enabled() -> bool:
    """Whether variables are resources unless `use_resource` says so (tf.compat.v1.resource_variables_enabled)."""
    return _flags.resource_variables


def enable_control_flow_v2() -> None:
    """Asks for TensorFlow 2's control flow, which is all there is (tf.compat.v1.enable_control_flow_v2)."""
    _modes["control flow"] = True


def disable_control_flow_v2() -> None:
    """Asks for TensorFlow 1's control flow; what loops and branches give is the same (disable_control_flow_v2)."""
    _modes["control flow"] = False


def control_flow_v2_enabled() -> bool:
    """Whether TensorFlow 2's control flow was asked for, the default (tf.compat.v1.control_flow_v2_enabled)."""
    return _modes["control flow"]


def set_random_seed(seed: int | None) -> None:
    """Sets the seed of the graph that is built, or as tf.random.set_seed does (tf.compat.v1.set_random_seed)."""
    from tfcompat import random

    home = getattr(_state.graph, "home", None)
    if home is None:
        random.set_seed(seed)
    else:
        home.seed = seed


def executing_eagerly() -> bool:
    """Whether ops run when they are called, which they do outside of a tf.function's capture."""
    return _state.graph is None


def executing_eagerly_outside_functions() -> bool:
    """Whether ops run when they are called outside of tf.functions: not after disable_eager_execution."""
    return _state.graph is None or not _state.graph.deferred


def disable_eager_execution() -> None:
    """Adds the ops of this thread to a default graph from now on, which tf.compat.v1.Session runs."""
    from tfcompat.compat.v1 import _eager

    _eager.use_default_graph()


def disable_v2_behavior() -> None:
    """Asks for TensorFlow 1's graphs, shapes of Dimensions, and tensors that `==` tells apart by identity.

    Variables stay resources; random numbers and names are those that graphs of reference variables have.
    (tf.compat.v1.disable_v2_behavior)
    """
    _flags.tf2 = False
    disable_eager_execution()
    disable_v2_tensorshape()
    disable_resource_variables()
    disable_control_flow_v2()
    disable_tensor_equality()


__all__ = [
    "AUTO_REUSE",
    "VERSION",
    "DeviceSpec",
    "Dimension",
    "GraphKeys",
    "Variable",
    "VariableAggregation",
    "VariableScope",
    "add_to_collection",
    "add_to_collections",
    "all_variables",
    "constant_initializer",
    "control_flow_v2_enabled",
    "device",
    "dimension_at_index",
    "dimension_value",
    "disable_control_flow_v2",
    "disable_eager_execution",
    "disable_resource_variables",
    "disable_tensor_equality",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
    "enable_control_flow_v2",
    "enable_eager_execution",
    "enable_resource_variables",
    "enable_tensor_equality",
    "enable_v2_behavior",
    "enable_v2_tensorshape",
    "executing_eagerly",
    "executing_eagerly_outside_functions",
    "get_collection",
    "get_collection_ref",
    "get_local_variable",
    "get_variable",
    "get_variable_scope",
    "global_variables",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "local_variables",
    "model_variables",
    "moving_average_variables",
    "name_scope",
    "no_regularizer",
    "ones_initializer",
    "orthogonal_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "resource_variables_enabled",
    "set_random_seed",
    "trainable_variables",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variable_op_scope",
    "variable_scope",
    "variance_scaling_initializer",
    "zeros_initializer",
]

_EAGER = (
    "colocate_with get_default_graph get_default_session get_seed global_variables_initializer initialize_all_tables "
    "initialize_all_variables initialize_local_variables initialize_variables is_variable_initialized "
    "local_variables_initializer placeholder_with_default report_uninitialized_variables reset_default_graph "
    "tables_initializer variables_initializer"
)
_SPARSE = (
    "add concat merge reduce_max reduce_max_sparse reduce_sum reduce_sum_sparse segment_mean segment_sqrt_n "
    "segment_sum split"
)

_OLD = (
    "ConfigProto GPUOptions GraphOptions OptimizerOptions RunMetadata RunOptions "
    "assign assign_add assign_sub count_nonzero div py_func to_bfloat16 "
    "to_complex128 to_complex64 to_double to_float to_int32 to_int64"
)
_SCATTER = (
    "batch_scatter_update count_up_to scatter_add scatter_div scatter_max scatter_min scatter_mul scatter_nd_add "
    "scatter_nd_sub scatter_nd_update scatter_sub scatter_update"
)
_ASSERTIONS = (
    "assert_equal assert_greater assert_greater_equal assert_integer assert_less assert_less_equal assert_near "
    "assert_negative assert_non_negative assert_non_positive assert_none_equal assert_positive assert_rank "
    "assert_rank_at_least assert_rank_in assert_scalar assert_type verify_tensor_all_finite"
)
_ALIASES = (
    "Print add_check_numerics_ops arg_max arg_min batch_gather batch_to_space batch_to_space_nd bincount "
    "clip_by_average_norm container convert_to_tensor_or_indexed_slices decode_csv decode_raw depth_to_space "
    "extract_image_patches floor_div gather_nd hessians make_template multinomial newaxis op_scope random_poisson "
    "reduce_join reverse_sequence setdiff1d space_to_batch space_to_depth sparse_matmul string_split "
    "string_to_hash_bucket string_to_number substr tuple"
)
_PARTITIONED = (
    "create_partitioned_variables fixed_size_partitioner min_max_variable_partitioner variable_axis_size_partitioner"
)
_READERS = "FixedLengthRecordReader IdentityReader LMDBReader ReaderBase TFRecordReader TextLineReader WholeFileReader"
_IO = "parse_example parse_single_example serialize_many_sparse serialize_sparse"
_VERSIONS = (
    "COMPILER_VERSION GIT_VERSION GRAPH_DEF_VERSION GRAPH_DEF_VERSION_MIN_CONSUMER GRAPH_DEF_VERSION_MIN_PRODUCER"
)
_SESSION_TENSORS = "delete_session_tensor get_session_handle get_session_tensor"
_SPACES = (
    "app debugging flags gfile io layers lookup manip math metrics python_io ragged resource_loader strings summary "
    "test"
)
_RENAMED = (
    "argmax argmin boolean_mask cond confusion_matrix constant convert_to_tensor expand_dims gather gradients norm "
    "ones_like pad reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum "
    "shape size squeeze transpose while_loop zeros_like"
)

__getattr__ = _module_getattr(
    "tf.compat.v1",
    globals(),
    lazy={
        "InteractiveSession": "tfcompat._function.session:InteractiveSession",
        "Session": "tfcompat._function.session:Session",
        "data": "tfcompat.compat.v1.data",
        "distributions": "tfcompat.compat.v1.distributions",
        "errors": "tfcompat.compat.v1.errors",
        "estimator": "tfcompat.compat.v1.estimator",
        "feature_column": "tfcompat.compat.v1.feature_column",
        "image": "tfcompat.compat.v1.image",
        "initializers": "tfcompat.compat.v1.initializers",
        "keras": "tfcompat.keras",
        "logging": "tfcompat.compat.v1.logging",
        "losses": "tfcompat.compat.v1.losses",
        "nn": "tfcompat.compat.v1.nn",
        "graph_util": "tfcompat.compat.v1.graph_util",
        "saved_model": "tfcompat.compat.v1.saved_model",
        "sparse": "tfcompat.compat.v1.sparse",
        **{name: f"tfcompat.compat.v1.{name}" for name in _SPACES.split()},
        **{name: f"tfcompat.compat.v1.io:{name}" for name in _IO.split()},
        **{name: f"tfcompat.version:{name}" for name in _VERSIONS.split()},
        **{name: f"tfcompat.compat.v1._scatter:{name}" for name in _SCATTER.split()},
        **{name: f"tfcompat.compat.v1._assertions:{name}" for name in _ASSERTIONS.split()},
        **{name: f"tfcompat.compat.v1._aliases:{name}" for name in _ALIASES.split()},
        **{name: f"tfcompat.compat.v1._reductions:{name}" for name in _RENAMED.split()},
        **{name: f"tfcompat.compat.v1._old_names:{name}" for name in _OLD.split()},
        **{f"sparse_{name}": f"tfcompat.compat.v1.sparse:{name}" for name in _SPARSE.split()},
        **{name: f"tfcompat.compat.v1._eager:{name}" for name in _EAGER.split()},
        **{name: f"tfcompat.compat.v1._partitioned:{name}" for name in _PARTITIONED.split()},
        **{name: f"tfcompat.compat.v1._readers:{name}" for name in _READERS.split()},
        **{name: f"tfcompat.compat.v1._session_tensors:{name}" for name in _SESSION_TENSORS.split()},
        "train": "tfcompat.compat.v1.train",
        **{
            name: f"tfcompat.compat.v1._protos:{name}"
            for name in ("AttrValue", "GraphDef", "MetaGraphDef", "NameAttrList", "NodeDef")
        },
        **{name: f"tfcompat.compat.v1.summary:{name}" for name in ("Event", "SessionLog", "Summary")},
        **{
            name: f"tfcompat.compat.v1._protos:{name}"
            for name in ("HistogramProto", "LogMessage", "SummaryMetadata", "TensorInfo")
        },
        "wrap_function": "tfcompat.compat.v1._wrap_function:wrap_function",
        "where": "tfcompat.compat.v1._arrays:where",
        "SparseTensorValue": "tfcompat._sparse:SparseTensorValue",
        "assert_variables_initialized": "tfcompat.compat.v1._eager:assert_variables_initialized",
        "quantize_v2": "tfcompat.compat.v1._aliases:quantize_v2",
        "sparse_placeholder": "tfcompat.compat.v1._placeholders:sparse_placeholder",
        "convert_to_tensor_or_sparse_tensor": "tfcompat._sparse.tensor:convert_to_tensor_or_sparse_tensor",
        "sparse_to_dense": "tfcompat.sparse.conversion:sparse_to_dense",
    },
)
