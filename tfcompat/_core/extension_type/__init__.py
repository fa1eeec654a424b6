"""Extension types: user-defined classes of values that hold tensors (`tf.experimental.ExtensionType`)."""

from tfcompat._core.extension_type.classes import BatchableExtensionType as BatchableExtensionType
from tfcompat._core.extension_type.classes import ExtensionType as ExtensionType
from tfcompat._core.extension_type.classes import as_dict as as_dict
from tfcompat._core.extension_type.specs import BatchableExtensionTypeSpec as BatchableExtensionTypeSpec
from tfcompat._core.extension_type.specs import ExtensionTypeBatchEncoder as ExtensionTypeBatchEncoder
from tfcompat._core.extension_type.specs import ExtensionTypeSpec as ExtensionTypeSpec
