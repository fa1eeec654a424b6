"""tf.compat.v1.saved_model: SavedModels of graphs that sessions run, and tf.saved_model's names."""

from tfcompat.compat.v1._fallback import module_getattr as _module_getattr

_SIGNATURES = (
    "build_signature_def classification_signature_def is_valid_signature predict_signature_def regression_signature_def"
)
_PARTS = "builder constants loader main_op signature_constants signature_def_utils tag_constants utils"
_HERE = "tfcompat.compat.v1.saved_model"

__getattr__ = _module_getattr(
    "tf.compat.v1.saved_model",
    globals(),
    lazy={
        "Builder": f"{_HERE}.builder:SavedModelBuilder",
        "LEGACY_INIT_OP_KEY": f"{_HERE}.constants:LEGACY_INIT_OP_KEY",
        "MAIN_OP_KEY": f"{_HERE}.constants:MAIN_OP_KEY",
        "contains_saved_model": "tfcompat.saved_model.load:contains_saved_model",
        "load": f"{_HERE}.loader:load",
        "main_op_with_restore": f"{_HERE}.main_op:main_op_with_restore",
        "maybe_saved_model_directory": "tfcompat.saved_model.load:contains_saved_model",
        "simple_save": f"{_HERE}.builder:simple_save",
        **{name: f"{_HERE}.signature_def_utils:{name}" for name in _SIGNATURES.split()},
        **{name: f"{_HERE}.utils:{name}" for name in ("build_tensor_info", "get_tensor_from_tensor_info")},
        **{name: f"{_HERE}.{name}" for name in _PARTS.split()},
    },
)
