"""tf.experimental: extension types, overriding TensorFlow's functions, and what else is not settled in TensorFlow."""

from tfcompat import _names
from tfcompat._core.extension_type import (
    BatchableExtensionType,
    ExtensionType,
    ExtensionTypeBatchEncoder,
    ExtensionTypeSpec,
)
from tfcompat._core.optional import Optional
from tfcompat._plugins import register_filesystem_plugin
from tfcompat.dtypes.experimental import (
    float4_e2m1fn,
    float8_e4m3b11fnuz,
    float8_e4m3fn,
    float8_e4m3fnuz,
    float8_e5m2,
    float8_e5m2fnuz,
    int2,
    int4,
    uint2,
    uint4,
)
from tfcompat.experimental import dlpack, extension_type
from tfcompat.experimental._dispatch import (
    dispatch_for_api,
    dispatch_for_binary_elementwise_apis,
    dispatch_for_binary_elementwise_assert_apis,
    dispatch_for_unary_elementwise_apis,
    unregister_dispatch_for,
)
from tfcompat.experimental._execution import (
    async_clear_error,
    async_scope,
    enable_strict_mode,
    function_executor_type,
)

__all__ = [
    "BatchableExtensionType",
    "ExtensionType",
    "ExtensionTypeBatchEncoder",
    "ExtensionTypeSpec",
    "Optional",
    "async_clear_error",
    "async_scope",
    "dispatch_for_api",
    "dispatch_for_binary_elementwise_apis",
    "dispatch_for_binary_elementwise_assert_apis",
    "dispatch_for_unary_elementwise_apis",
    "dlpack",
    "enable_strict_mode",
    "extension_type",
    "float4_e2m1fn",
    "float8_e4m3b11fnuz",
    "float8_e4m3fn",
    "float8_e4m3fnuz",
    "float8_e5m2",
    "float8_e5m2fnuz",
    "function_executor_type",
    "int2",
    "int4",
    "register_filesystem_plugin",
    "uint2",
    "uint4",
    "unregister_dispatch_for",
]

__getattr__ = _names.module_getattr(
    "tf.experimental",
    globals(),
    lazy={
        "DynamicRaggedShape": "tfcompat._ragged.dynamic_shape:DynamicRaggedShape",
        "RowPartition": "tfcompat._ragged.public_partition:RowPartition",
        "StructuredTensor": "tfcompat.experimental._structured:StructuredTensor",
        "dtensor": "tfcompat.experimental.dtensor",
        "numpy": "tfcompat.experimental.numpy",
    },
)
