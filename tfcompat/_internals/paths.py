"""Which internal paths of TensorFlow and Keras can be imported, and the public names that stand behind each.

A path's value lists the namespaces whose names the module has, in the order in which they are looked in.
"""

SAME = {
    # whole trees that are another spelling of a public one: what follows the prefix is looked up there
    "tensorflow._api.v2.v2": "tensorflow",
    "tensorflow._api.v2": "tensorflow",
    "tensorflow.compat.v2": "tensorflow",
    "tensorflow.compat.v1.keras": "tensorflow.keras",
    "tensorflow.python.keras.api._v2.keras": "tensorflow.keras",
    "tensorflow.python.keras.api._v2": "tensorflow.keras",
    "tensorflow.python.keras.api": "tensorflow.keras",
    "tensorflow.python.keras": "tensorflow.keras",
    "keras.api._v2.keras": "tensorflow.keras",
    "keras.api._v2": "tensorflow.keras",
    "keras.api": "tensorflow.keras",
    "keras._tf_keras.keras": "tensorflow.keras",
    "keras._tf_keras": "tensorflow.keras",
    "keras.src": "tensorflow.keras",
    "keras": "tensorflow.keras",
    "tf_keras.api._v1.keras": "tensorflow.keras",
    "tf_keras.api._v1": "tensorflow.keras",
    "tf_keras.api._v2.keras": "tensorflow.keras",
    "tf_keras.api._v2": "tensorflow.keras",
    "tf_keras.api": "tensorflow.keras",
    "tf_keras.src": "tensorflow.keras",
    "tf_keras": "tensorflow.keras",
}

_V1 = "tf.compat.v1"
_KERAS_CORE = "tf.keras.layers tf.keras.models tf.keras tf.keras.utils"

_FRAMEWORK = {
    "composite_tensor": "tf.__internal__ tf",
    "config": "tf.config tf.config.experimental tf.config.threading tf.config.optimizer",
    "constant_op": "tf tf.compat.v1",
    "device": "tf tf.compat.v1",
    "device_spec": "tf tf.compat.v1",
    "dtypes": "tf.dtypes tf",
    "errors": "tf.errors",
    "errors_impl": "tf.errors",
    "function": "tf.__internal__ tf",
    "graph_util": "tf.graph_util tf.compat.v1.graph_util",
    "importer": "tf.graph_util tf",
    "indexed_slices": "tf",
    "load_library": "tf",
    "ops": "tfcompat._internals.framework_ops tf tf.compat.v1 tfcompat._core.tensor tf.__internal__",
    "random_seed": "tf.random tf.compat.v1",
    "smart_cond": "tf.__internal__",
    "sparse_tensor": "tf tf.compat.v1",
    "tensor": "tf tfcompat._core.tensor",
    "tensor_conversion": "tf",
    "tensor_shape": "tf tf.compat tf.compat.v1 tfcompat._core.shapes",
    "tensor_spec": "tf tfcompat._core.specs",
    "tensor_util": "tf tf.compat.v1",
    "test_util": "tf.test tf.compat.v1.test",
    "type_spec": "tf tfcompat._core.type_spec tf.__internal__",
    "versions": "tf.version",
}
_OPS = {
    "array_ops": "tf tf.compat.v1 tf.sets",
    "array_ops_stack": "tf",
    "bitwise_ops": "tf.bitwise",
    "check_ops": "tf.debugging tf tf.compat.v1",
    "clip_ops": "tf tf.compat.v1",
    "cond": "tf",
    "confusion_matrix": "tf.math",
    "control_flow_assert": "tf.debugging tf",
    "control_flow_ops": "tf tf.debugging tf.compat.v1",
    "control_flow_switch_case": "tf",
    "ctc_ops": "tf.nn tf.compat.v1.nn",
    "custom_gradient": "tf",
    "data_flow_ops": "tf tf.queue tf.compat.v1",
    "embedding_ops": "tf.nn tf.compat.v1.nn",
    "functional_ops": "tf",
    "gradient_checker_v2": "tf.test",
    "gradients": "tf tf.compat.v1",
    "gradients_impl": "tf tf.compat.v1",
    "gradients_util": "tf",
    "histogram_ops": "tf",
    "image_ops": "tf.image tf.io",
    "image_ops_impl": "tf.image tf.io",
    "init_ops": "tf.compat.v1 tf.compat.v1.initializers tf",
    "init_ops_v2": "tf.initializers tf",
    "io_ops": "tf.io tf.compat.v1",
    "linalg.linalg": "tf.linalg",
    "linalg.linalg_impl": "tf.linalg",
    "linalg.linear_operator_addition": "tfcompat.linalg.operators.addition",
    "linalg.linear_operator": "tf.linalg tfcompat.linalg.operators.spec",
    "linalg_ops": "tf.linalg tf tf.compat.v1",
    "logging_ops": "tf tf.summary tf.compat.v1",
    "lookup_ops": "tf.lookup tf.lookup.experimental tf.compat.v1",
    "losses.losses": "tf.compat.v1.losses tf.losses",
    "losses.losses_impl": "tf.compat.v1.losses",
    "manip_ops": "tf",
    "map_fn": "tf",
    "math_ops": "tf.math tf.linalg tf tf.dtypes tf.compat.v1",
    "metrics": "tf.compat.v1.metrics tf.metrics",
    "metrics_impl": "tf.compat.v1.metrics",
    "nn": "tf.nn tf.compat.v1.nn",
    "nn_impl": "tf.nn tf.compat.v1.nn",
    "nn_ops": "tf.nn tf.compat.v1.nn",
    "numpy_ops": "tf.experimental.numpy",
    "numpy_ops.np_config": "tf.experimental.numpy",
    "parallel_for": "tf",
    "parallel_for.control_flow_ops": "tf",
    "parsing_ops": "tf.io tf.compat.v1",
    "partitioned_variables": "tf.compat.v1 tf.distribute.experimental.partitioners",
    "ragged": "tf.ragged tf",
    "ragged.ragged_array_ops": "tf.ragged tf",
    "ragged.ragged_factory_ops": "tf.ragged",
    "ragged.ragged_functional_ops": "tf.ragged",
    "ragged.ragged_math_ops": "tf.ragged tf.math",
    "ragged.ragged_tensor": "tf tf.ragged",
    "ragged.row_partition": "tf.experimental",
    "random_ops": "tf.random tf.compat.v1",
    "resource_variable_ops": "tf tfcompat._core.variable_spec",
    "rnn": "tf.compat.v1.nn tf.nn",
    "rnn_cell": "tf.compat.v1.nn.rnn_cell tf.nn",
    "rnn_cell_impl": "tf.compat.v1.nn.rnn_cell tf.nn",
    "script_ops": "tf tf.compat.v1",
    "session_ops": "tf.compat.v1",
    "sets": "tf.sets",
    "signal.fft_ops": "tf.signal",
    "signal.signal": "tf.signal",
    "signal.spectral_ops": "tf.signal",
    "signal.window_ops": "tf.signal",
    "sort_ops": "tf",
    "sparse_ops": "tf.sparse tf tf.compat.v1",
    "special_math_ops": "tf.math.special tf.math tf tf.linalg",
    "standard_ops": "tf tf.compat.v1",
    "state_ops": "tf.compat.v1 tf",
    "stateful_random_ops": "tf.random",
    "stateless_random_ops": "tf.random",
    "string_ops": "tf.strings tf.io tf",
    "summary_ops_v2": "tf.summary tf.summary.experimental",
    "template": "tf.compat.v1",
    "tensor_array_ops": "tf",
    "variable_scope": "tf.compat.v1 tfcompat.compat.v1._variable_store tfcompat.compat.v1._variable_scope tf",
    "variables": "tf tf.compat.v1",
    "while_loop": "tf",
}
_GENERATED = (  # the wrappers of TensorFlow's kernels: gen_math_ops.add_v2 is tf.raw_ops.AddV2
    "array audio batch bitwise boosted_trees candidate_sampling checkpoint clustering collective composite_tensor "
    "control_flow count ctc cudnn_rnn data_flow dataset debug decode_proto encode_proto experimental_dataset "
    "filesystem functional image io linalg list logging lookup manip map math nccl nn optional parsing "
    "ragged_array ragged_conversion ragged_math random random_index_shuffle resource_variable rnn script sdca "
    "sendrecv set sparse special_math spectral state stateful_random stateless_random string summary sync tpu "
    "tpu_partition training uniform_quant"
)
_OTHERS = {
    "autograph": "tf.autograph tf.autograph.experimental",
    "autograph.impl.api": "tf.autograph tf.autograph.experimental",
    "checkpoint.checkpoint": "tf.train",
    "checkpoint.checkpoint_management": "tf.train",
    "client.session": _V1,
    "compat.compat": "tf.compat",
    "compat.v2_compat": _V1,
    "data": "tf.data",
    "data.experimental": "tf.data.experimental",
    "data.ops.dataset_ops": "tf.data tf.data.experimental",
    "data.ops.iterator_ops": "tf.data tf.data.experimental tfcompat.data._iterators",
    "data.ops.options": "tf.data tf.data.experimental",
    "data.ops.readers": "tf.data tf.data.experimental",
    "data.util.nest": "tf.nest",
    "distribute.distribute_lib": "tf.distribute tf.distribute.experimental",
    "distribute.distribution_strategy_context": "tf.distribute",
    "distribute.mirrored_strategy": "tf.distribute",
    "distribute.reduce_util": "tf.distribute",
    "eager.backprop": "tf",
    "eager.context": "tf tf.config tf.config.experimental tfcompat._internals.context",
    "eager.def_function": "tf",
    "eager.forwardprop": "tf.autodiff",
    "eager.polymorphic_function.polymorphic_function": "tf",
    "feature_column.feature_column": "tf.feature_column tf.compat.v1.feature_column",
    "feature_column.feature_column_v2": "tf.feature_column",
    "layers.core": "tf.compat.v1.layers",
    "layers.layers": "tf.compat.v1.layers",
    "lib.io.file_io": "tf.io.gfile",
    "lib.io.tf_record": "tf.io tf.compat.v1.io tf.compat.v1",
    "module.module": "tf",
    "platform.app": "tf.compat.v1.app",
    "platform.gfile": "tf.compat.v1.gfile tf.io.gfile",
    "platform.resource_loader": "tf.compat.v1.resource_loader",
    "platform.sysconfig": "tf.sysconfig",
    "platform.test": "tf.test tf.compat.v1.test",
    "platform.tf_logging": "tf.compat.v1.logging tf",
    "pywrap_tensorflow": "tf.train",
    "saved_model.builder": "tf.compat.v1.saved_model",
    "saved_model.load": "tf.saved_model",
    "saved_model.loader": "tf.compat.v1.saved_model.loader tf.compat.v1.saved_model",
    "saved_model.save": "tf.saved_model",
    "saved_model.save_options": "tf.saved_model",
    "saved_model.signature_constants": "tf.saved_model tf.compat.v1.saved_model.signature_constants",
    "saved_model.signature_def_utils": "tf.compat.v1.saved_model.signature_def_utils tf.compat.v1.saved_model",
    "saved_model.tag_constants": "tf.compat.v1.saved_model.tag_constants",
    "saved_model.utils": "tf.compat.v1.saved_model.utils tf.compat.v1.saved_model",
    "summary.summary": "tf.compat.v1.summary tf.summary",
    "summary.summary_iterator": "tf.compat.v1.train",
    "trackable.autotrackable": "tfcompat._core.trackable tf.__internal__.tracking tf",
    "trackable.base": "tfcompat._core.trackable tf.__internal__.tracking tf",
    "trackable.data_structures": "tfcompat._core.data_structures tf.__internal__.tracking",
    "training.adam": "tf.compat.v1.train",
    "training.checkpoint_management": "tf.train tf.compat.v1.train",
    "training.checkpoint_utils": "tf.train tf.compat.v1.train",
    "training.gradient_descent": "tf.compat.v1.train",
    "training.learning_rate_decay": "tf.compat.v1.train",
    "training.momentum": "tf.compat.v1.train",
    "training.moving_averages": "tf.train",
    "training.optimizer": "tf.compat.v1.train",
    "training.py_checkpoint_reader": "tf.train",
    "training.rmsprop": "tf.compat.v1.train",
    "training.saver": "tf.compat.v1.train",
    "training.tracking.base": "tf.__internal__.tracking tf",
    "training.tracking.data_structures": "tf.__internal__.tracking",
    "training.tracking.tracking": "tf.__internal__.tracking tf",
    "training.tracking.util": "tf.train",
    "training.training": "tf.train tf.compat.v1.train",
    "training.training_util": "tf.compat.v1.train tf.train",
    "util.compat": "tf.compat",
}
_REWRITERS = (  # parts of AutoGraph: they can be imported, and say of each name that it is not there
    "converters.break_statements converters.continue_statements converters.return_statements core.converter pyct.anno "
    "pyct.common_transformers.anf pyct.inspect_utils pyct.loader pyct.naming pyct.parser pyct.qual_names "
    "pyct.static_analysis.activity pyct.templates pyct.transformer"
)
_PROTOS = {
    "example.example_pb2": "tf.train",
    "example.feature_pb2": "tf.train",
    "framework.attr_value_pb2": _V1,
    "framework.graph_pb2": _V1,
    "framework.node_def_pb2": _V1,
    "framework.summary_pb2": _V1,
    "framework.tensor_pb2": _V1,
    "framework.tensor_shape_pb2": _V1,
    "protobuf.config_pb2": _V1,
    "protobuf.meta_graph_pb2": _V1,
    "util.event_pb2": _V1,
}
_KERAS_LAYERS = (  # Keras 2's module paths, which Keras 3 has no more
    "advanced_activations convolutional convolutional_recurrent core cudnn_recurrent embeddings experimental "
    "experimental.preprocessing local merge merging noise normalization normalization.batch_normalization pooling "
    "preprocessing preprocessing.category_encoding preprocessing.discretization preprocessing.hashed_crossing "
    "preprocessing.hashing preprocessing.image_preprocessing preprocessing.index_lookup preprocessing.integer_lookup "
    "preprocessing.normalization preprocessing.rescaling preprocessing.string_lookup preprocessing.text_vectorization "
    "recurrent recurrent_v2 regularization reshaping rnn wrappers"
)
_KERAS_OPTIMIZERS = (
    "adadelta adagrad adam adamax ftrl gradient_descent learning_rate_schedule nadam optimizer_v2 rmsprop"
)
_KERAS_FILES = {  # Keras 3's files, under keras.src
    "callbacks": (
        "backup_and_restore callback callback_list csv_logger early_stopping history lambda_callback "
        "learning_rate_scheduler model_checkpoint monitor_callback progbar_logger reduce_lr_on_plateau remote_monitor "
        "swap_ema_weights tensorboard terminate_on_nan"
    ),
    "losses": "loss losses",
    "metrics": (
        "accuracy_metrics confusion_metrics correlation_metrics f_score_metrics hinge_metrics iou_metrics metric "
        "probabilistic_metrics reduction_metrics regression_metrics"
    ),
    "models": "cloning functional model sequential",
    "optimizers": (
        "adafactor adadelta adagrad adam adamax adamw base_optimizer ftrl lamb lion loss_scale_optimizer "
        "multi_optimizer muon nadam optimizer rmsprop schedule_free_adamw sgd"
    ),
    "wrappers": "sklearn_wrapper",
}
_KERAS = {
    "backend.common": "tf.keras.backend",
    "backend.tensorflow_backend": "tf.keras.backend",
    "engine": _KERAS_CORE,
    "engine.base_layer": _KERAS_CORE,
    "engine.functional": _KERAS_CORE,
    "engine.input_layer": _KERAS_CORE,
    "engine.input_spec": _KERAS_CORE,
    "engine.keras_tensor": "tf.keras",
    "engine.network": _KERAS_CORE,
    "engine.saving": "tf.keras.models",
    "engine.sequential": _KERAS_CORE,
    "engine.topology": _KERAS_CORE,
    "engine.training": _KERAS_CORE,
    "__internal__": "tf.keras",
    "__internal__.backend": "tf.keras.backend",
    "__internal__.layers": "tf.keras.layers",
    "__internal__.legacy": "",
    "__internal__.legacy.layers": "tf.compat.v1.layers tf.keras.layers",
    "__internal__.losses": "tf.keras.losses",
    "__internal__.models": "tf.keras.models",
    "__internal__.optimizers": "tf.keras.optimizers",
    "__internal__.utils": "tf.keras.utils tfcompat.keras._symbolic_types",
    "initializers.initializers_v2": "tf.keras.initializers",
    "losses_utils": "tf.keras.losses",
    "mixed_precision.experimental": "tf.keras.mixed_precision",
    "objectives": "tf.keras.losses",
    "optimizer_v1": "tf.keras.optimizers",
    "optimizer_v2": "tf.keras.optimizers",
    "optimizers.optimizer_v2": "tf.keras.optimizers",
    "saving.hdf5_format": "tf.keras.models",
    "saving.save": "tf.keras.models",
    "utils.data_utils": "tf.keras.utils",
    "utils.dataset_utils": "tf.keras.utils",
    "utils.file_utils": "tf.keras.utils",
    "utils.generic_utils": "tf.keras.utils",
    "utils.image_dataset": "tf.keras.utils",
    "utils.image_utils": "tf.keras.utils tf.keras.preprocessing.image",
    "utils.io_utils": "tf.keras.utils",
    "utils.layer_utils": "tf.keras.utils",
    "utils.losses_utils": "tf.keras.losses",
    "utils.np_utils": "tf.keras.utils",
    "utils.sequence_utils": "tf.keras.utils",
    "utils.text_dataset": "tf.keras.utils",
    "utils.tf_utils": "tf.keras.utils",
    "utils.timeseries_dataset": "tf.keras.utils",
    "utils.vis_utils": "tf.keras.utils",
    "utils.model_visualization": "tf.keras.utils",
    **{
        f"{package}.{name}": "tf.keras.optimizers tf.keras.optimizers.schedules"
        for package in ("optimizer_v2", "optimizers.optimizer_v2", "optimizers.legacy")
        for name in _KERAS_OPTIMIZERS.split()
    },
    **{
        f"{package}.{name}": f"tf.keras.{package} tf.keras"
        for package, names in _KERAS_FILES.items()
        for name in names.split()
    },
}

MODULES = {
    # paths that are a module of ours, with code of its own
    "tensorflow.__internal__": "tfcompat._internals.internal",
    "tensorflow.compiler.tf2xla.python.xla": "tfcompat._internals.xla",
    "tensorflow.python.eager.monitoring": "tfcompat._internals.monitoring",
    "tensorflow.python.framework.type_spec_registry": "tfcompat._core.type_spec_registry",
    "tensorflow.python.client.device_lib": "tfcompat._internals.device_lib",
    "tensorflow.python.ops.linalg.sparse.sparse_csr_matrix_ops": "tfcompat._internals.csr_matrices",
    "tensorflow.python.ops.control_flow_case": "tfcompat._internals.control_flow_case",
    "tensorflow.python.ops.control_flow_util": "tfcompat._internals.control_flow_util",
    "tensorflow.python.util.deprecation": "tfcompat._internals.deprecation",
    "tensorflow.python.util.nest": "tfcompat._internals.nest",
    "tensorflow.python.util.tf_export": "tfcompat._internals.tf_export",
    "tensorflow.python.util.tf_inspect": "tfcompat._internals.tf_inspect",
    "tensorflow.python.ops.weights_broadcast_ops": "tfcompat._internals.weights_broadcast_ops",
    "tensorflow.python.util.object_identity": "tfcompat._internals.object_identity",
    "tensorflow.python.util.tf_contextlib": "tfcompat._internals.decorators",
    "tensorflow.python.util.tf_decorator": "tfcompat._internals.decorators",
    "tensorflow.python.util.variable_utils": "tfcompat._internals.variable_utils",
    "tensorflow.python.platform.flags": "absl.flags",
}
SOURCES = {
    **{f"tensorflow.python.framework.{path}": sources for path, sources in _FRAMEWORK.items()},
    **{f"tensorflow.python.ops.{path}": sources for path, sources in _OPS.items()},
    **{f"tensorflow.python.ops.gen_{path}_ops": "tfcompat.raw_ops._snake_case tf" for path in _GENERATED.split()},
    "tensorflow.python.ops.gen_stateless_random_ops_v2": "tfcompat.raw_ops._snake_case",
    **{f"tensorflow.python.{path}": sources for path, sources in _OTHERS.items()},
    **{f"tensorflow.python.autograph.{path}": "" for path in _REWRITERS.split()},
    **{f"tensorflow.core.{path}": sources for path, sources in _PROTOS.items()},
    **{f"tensorflow.keras.layers.{path}": "tf.keras.layers" for path in _KERAS_LAYERS.split()},
    **{f"tensorflow.keras.{path}": sources for path, sources in _KERAS.items()},
}
RENAMED = {
    # names that go by another one in public
    "tensorflow.keras.engine.Network": "tf.keras.Model",
    "tensorflow.keras.engine.network.Network": "tf.keras.Model",
    "tensorflow.keras.engine.topology.Container": "tf.keras.Model",
    "tensorflow.keras.engine.topology.Network": "tf.keras.Model",
    "tensorflow.python.autograph.pyct.transformer.Base": "ast.NodeTransformer",
    "tensorflow.python.ops.array_ops.prevent_gradient": "tfcompat.raw_ops._snake_case.prevent_gradient",
    "tensorflow.python.ops.random_ops.parameterized_truncated_normal": (
        "tfcompat._internals.random_ops.parameterized_truncated_normal"
    ),
    "tensorflow.python.framework.tensor_util.constant_value": "tf.get_static_value",
    "tensorflow.python.framework.tensor_util.is_tf_type": "tf.is_tensor",
    "tensorflow.python.framework.tensor_util.MakeNdarray": "tf.make_ndarray",
    "tensorflow.python.framework.random_seed.set_random_seed": "tf.random.set_seed",
    "tensorflow.python.lib.io.file_io.create_dir": "tf.io.gfile.mkdir",
    "tensorflow.python.lib.io.file_io.delete_file": "tf.io.gfile.remove",
    "tensorflow.python.lib.io.file_io.delete_recursively": "tf.io.gfile.rmtree",
    "tensorflow.python.lib.io.file_io.file_exists": "tf.io.gfile.exists",
    "tensorflow.python.lib.io.file_io.get_matching_files": "tf.io.gfile.glob",
    "tensorflow.python.lib.io.file_io.is_directory": "tf.io.gfile.isdir",
    "tensorflow.python.lib.io.file_io.list_directory": "tf.io.gfile.listdir",
    "tensorflow.python.lib.io.file_io.recursive_create_dir": "tf.io.gfile.makedirs",
    "tensorflow.python.lib.io.file_io.FileIO": "tf.io.gfile.GFile",
    "tensorflow.python.ops.resource_variable_ops.BaseResourceVariable": "tf.Variable",
    "tensorflow.python.ops.resource_variable_ops.ResourceVariable": "tf.Variable",
    "tensorflow.python.ops.numpy_ops.np_config.enable_numpy_behavior": (
        "tf.experimental.numpy.experimental_enable_numpy_behavior"
    ),
    "tensorflow.python.pywrap_tensorflow.NewCheckpointReader": "tf.train.load_checkpoint",
    "tensorflow.python.training.py_checkpoint_reader.NewCheckpointReader": "tf.train.load_checkpoint",
}
