"""Which internal paths of Keras can be imported: those of Keras 2, as TensorFlow had it, and of Keras 3.

The keys of KERAS follow "tensorflow.keras."; paths says what the values are.
"""

_BACKEND = "tf.keras.ops tf.keras.backend tf.keras tfcompat.keras._symbolic"
_COMMON = "backend_utils dtypes global_state masking name_scope remat stateless_scope symbolic_scope"
_STATE = "tf.keras tf.keras.backend tfcompat.keras._scopes tfcompat.keras._remat tfcompat._internals.keras_global_state"
_CORE = "tf.keras.layers tf.keras.models tf.keras tf.keras.utils tfcompat.keras._graph"
_DATA = "tf.keras.utils tfcompat.keras.trainers.data tfcompat._internals.keras_utils"
_GRAPH = "tf.keras tfcompat.keras._graph"
_UTILS = "tf.keras.utils tfcompat._internals.keras_utils"

_LAYERS = {  # the files of layers, by their packages; those of Keras 2 alone first
    "": (
        "advanced_activations convolutional_recurrent cudnn_recurrent dense_attention embeddings kernelized "
        "local merge multi_head_attention noise normalization_v2 recurrent recurrent_v2 wrappers "
        "input_spec layer serialization"
    ),
    "activation": "elu leaky_relu prelu relu softmax thresholded_relu",
    "activations": "activation elu leaky_relu prelu relu softmax",
    "attention": ("additive_attention attention base_dense_attention grouped_query_attention multi_head_attention"),
    "convolutional": (
        "base_conv base_conv_transpose base_depthwise_conv base_separable_conv conv1d conv1d_transpose conv2d "
        "conv2d_transpose conv3d conv3d_transpose depthwise_conv1d depthwise_conv2d separable_conv1d separable_conv2d"
    ),
    "core": (
        "activation dense einsum_dense embedding identity input_layer lambda_layer masking reversible_embedding "
        "tf_op_layer wrapper"
    ),
    "experimental": "preprocessing",
    "locally_connected": "locally_connected1d locally_connected2d",
    "merging": "add average base_merge concatenate dot maximum minimum multiply subtract",
    "normalization": (
        "batch_normalization batch_normalization_v1 group_normalization layer_normalization rms_normalization "
        "spectral_normalization unit_normalization"
    ),
    "pooling": (
        "adaptive_average_pooling1d adaptive_average_pooling2d adaptive_average_pooling3d adaptive_max_pooling1d "
        "adaptive_max_pooling2d adaptive_max_pooling3d average_pooling1d average_pooling2d average_pooling3d "
        "base_global_pooling base_pooling base_pooling1d base_pooling2d base_pooling3d global_average_pooling1d "
        "global_average_pooling2d global_average_pooling3d global_max_pooling1d global_max_pooling2d "
        "global_max_pooling3d max_pooling1d max_pooling2d max_pooling3d"
    ),
    "preprocessing": (
        "category_encoding discretization feature_space hashed_crossing hashing image_preprocessing index_lookup "
        "integer_lookup mel_spectrogram normalization rescaling stft_spectrogram string_lookup text_vectorization"
    ),
    "preprocessing.image_preprocessing": (
        "aug_mix auto_contrast center_crop clahe cut_mix equalization max_num_bounding_box mix_up rand_augment "
        "random_brightness random_color_degeneration random_color_jitter random_contrast random_crop "
        "random_elastic_transform random_erasing random_flip random_gaussian_blur random_grayscale random_hue "
        "random_invert random_perspective random_posterization random_rotation random_saturation random_sharpness "
        "random_shear random_translation random_zoom resizing solarization"
    ),
    "regularization": (
        "activity_regularization alpha_dropout dropout gaussian_dropout gaussian_noise spatial_dropout "
        "spatial_dropout1d spatial_dropout2d spatial_dropout3d"
    ),
    "reshaping": (
        "cropping1d cropping2d cropping3d flatten permute repeat_vector reshape up_sampling1d up_sampling2d "
        "up_sampling3d zero_padding1d zero_padding2d zero_padding3d"
    ),
    "rnn": (
        "abstract_rnn_cell base_rnn base_wrapper bidirectional cell_wrappers conv_lstm conv_lstm1d conv_lstm2d "
        "conv_lstm3d cudnn_gru cudnn_lstm gru gru_v1 lstm lstm_v1 rnn simple_rnn stacked_rnn_cells time_distributed"
    ),
}
_OPTIMIZERS = "adadelta adagrad adam adamax ftrl gradient_descent learning_rate_schedule nadam optimizer_v2 rmsprop"
_FILES = {  # files whose names are those of the package's public namespace
    "callbacks": (
        "backup_and_restore callback callback_list callbacks csv_logger early_stopping history lambda_callback "
        "learning_rate_scheduler model_checkpoint monitor_callback progbar_logger reduce_lr_on_plateau remote_monitor "
        "swap_ema_weights tensorboard tensorboard_v2 terminate_on_nan"
    ),
    "constraints": "constraints",
    "initializers": "constant_initializers initializer initializers initializers_v2 random_initializers",
    "losses": "loss losses",
    "metrics": (
        "accuracy_metrics base_metric confusion_metrics correlation_metrics f_score_metrics hinge_metrics iou_metrics "
        "metric metrics probabilistic_metrics reduction_metrics regression_metrics"
    ),
    "mixed_precision": "experimental loss_scale_optimizer policy",
    "models": "cloning functional model sequential",
    "optimizers": (
        "adafactor adadelta adagrad adam adamax adamw base_optimizer experimental ftrl gradient_descent lamb "
        "learning_rate_schedule lion loss_scale_optimizer multi_optimizer muon nadam optimizer optimizer_v2 rmsprop "
        "schedule_free_adamw sgd"
    ),
    "optimizers.schedules": "learning_rate_schedule",
    "random": "seed_generator",
    "regularizers": "regularizers",
}

KERAS = {
    **{
        ".".join(filter(None, ("layers", package, name))): "tf.keras.layers tfcompat._internals.keras_layers"
        for package, names in _LAYERS.items()
        for name in ("", *names.split())
        if package or name
    },
    **{
        f"{package}.{name}": f"tf.keras.{package} tf.keras"
        for package, names in _FILES.items()
        for name in names.split()
    },
    **{
        f"{package}.{name}": "tf.keras.optimizers tf.keras.optimizers.schedules"
        for package in (
            "optimizer_v2",
            "optimizers.legacy",
            "optimizers.optimizer_experimental",
            "optimizers.optimizer_v2",
        )
        for name in ("optimizer", *_OPTIMIZERS.split())
    },
    "api_export": "tfcompat._internals.tf_export",
    "backend.common": "tf.keras.backend",
    "backend.common.keras_tensor": "tf.keras tfcompat.keras._keras_tensor",
    "backend.common.variables": "tf.keras tf.keras.utils tf.keras.backend",
    **{f"backend.common.{name}": _STATE for name in _COMMON.split()},
    "backend.config": "tf.keras.config tf.keras.backend",
    "backend.tensorflow": _BACKEND,
    **{f"backend.tensorflow.{name}": _BACKEND for name in ("core", "image", "linalg", "math", "nn", "numpy", "rnn")},
    "backend.tensorflow.layer": "",
    "backend.tensorflow.random": "tf.keras.random",
    "backend.tensorflow.trackable": "tfcompat._core.data_structures",
    "backend.tensorflow.trainer": "",
    "backend.tensorflow_backend": "tf.keras.backend tfcompat._internals.keras_utils",
    "backend_config": "tf.keras.backend",
    "engine": _CORE,
    "engine.base_layer": _CORE,
    "engine.base_preprocessing_layer": _CORE,
    "engine.data_adapter": _DATA,
    "engine.functional": _CORE,
    "engine.input_layer": _CORE,
    "engine.input_spec": _CORE,
    "engine.keras_tensor": "tf.keras",
    "engine.network": _CORE,
    "engine.node": _GRAPH,
    "engine.saving": "tf.keras.models tfcompat._internals.keras_hdf5",
    "engine.sequential": _CORE,
    "engine.topology": _CORE,
    "engine.training": _CORE,
    "engine.training_utils": _DATA,
    "distribution.distribution_lib": "tf.keras.distribution",
    "export.tfsm_layer": "tf.keras.layers",
    "feature_column.base_feature_layer": "tf.keras.layers",
    "feature_column.dense_features": "tf.keras.layers",
    "feature_column.dense_features_v2": "tf.keras.layers",
    "feature_column.sequence_feature_column": "tf.keras.experimental",
    "__internal__": "tf.keras",
    "__internal__.backend": "tf.keras.backend",
    "__internal__.layers": "tf.keras.layers",
    "__internal__.legacy": "",
    "__internal__.legacy.layers": "tf.compat.v1.layers tf.keras.layers",
    "__internal__.losses": "tf.keras.losses",
    "__internal__.models": "tf.keras.models",
    "__internal__.optimizers": "tf.keras.optimizers",
    "__internal__.utils": "tf.keras.utils tfcompat.keras._symbolic_types",
    "legacy.backend": "tf.keras.backend",
    "legacy.preprocessing.image": "tf.keras.preprocessing.image",
    "legacy.preprocessing.sequence": "tf.keras.preprocessing.sequence",
    "legacy.preprocessing.text": "tf.keras.preprocessing.text",
    "losses_utils": "tf.keras.losses",
    "mixed_precision.experimental": "tf.keras.mixed_precision",
    "objectives": "tf.keras.losses",
    "ops.function": _GRAPH,
    "ops.node": _GRAPH,
    "ops.operation": _GRAPH,
    "optimizer_v1": "tf.keras.optimizers",
    "optimizer_v2": "tf.keras.optimizers",
    "optimizers.optimizer_v1": "tf.keras.optimizers",
    "optimizers.optimizer_v2": "tf.keras.optimizers",
    "premade": "tf.keras.experimental",
    "premade.linear": "tf.keras.experimental",
    "premade.wide_deep": "tf.keras.experimental",
    "premade_models": "tf.keras.experimental",
    "premade_models.linear": "tf.keras.experimental",
    "premade_models.wide_deep": "tf.keras.experimental",
    "saving.hdf5_format": "tf.keras.models tfcompat._internals.keras_hdf5",
    "saving.legacy.hdf5_format": "tf.keras.models tfcompat._internals.keras_hdf5",
    "saving.legacy.save": "tf.keras.models",
    "saving.legacy.serialization": "tf.keras.utils",
    "saving.object_registration": "tf.keras.utils",
    "saving.save": "tf.keras.models",
    "saving.saving_api": "tf.keras.models",
    "saving.saving_lib": "tf.keras.models",
    "saving.serialization_lib": "tf.keras.utils tf.keras.config",
    "trainers.compile_utils": "tfcompat.keras.trainers.compile",
    "trainers.data_adapters": _DATA,
    "trainers.data_adapters.data_adapter_utils": _DATA,
    "trainers.data_adapters.py_dataset_adapter": "tf.keras.utils",
    "trainers.epoch_iterator": "tfcompat.keras.trainers.epoch",
    "trainers.trainer": "tfcompat.keras.trainers.trainer",
    "utils.audio_dataset_utils": "tf.keras.utils",
    "utils.conv_utils": "tfcompat._internals.keras_conv_utils",
    "utils.control_flow_util": "tf.__internal__",
    "utils.data_utils": "tf.keras.utils",
    "utils.dataset_utils": "tf.keras.utils",
    "utils.file_utils": "tf.keras.utils",
    "utils.generic_utils": _UTILS,
    "utils.image_dataset": "tf.keras.utils",
    "utils.image_dataset_utils": "tf.keras.utils",
    "utils.image_utils": "tf.keras.utils tf.keras.preprocessing.image",
    "utils.io_utils": "tf.keras.utils tfcompat._internals.keras_utils",
    "utils.layer_utils": "tf.keras.utils tfcompat.keras.utils.summary tfcompat._internals.keras_utils",
    "utils.losses_utils": "tf.keras.losses tfcompat._internals.keras_losses_utils",
    "utils.model_visualization": "tf.keras.utils",
    "utils.naming": "tfcompat.keras._naming",
    "utils.np_utils": "tf.keras.utils tfcompat._internals.keras_conv_utils",
    "utils.numerical_utils": "tf.keras.utils",
    "utils.progbar": "tf.keras.utils",
    "utils.sequence_utils": "tf.keras.utils",
    "utils.summary_utils": "tfcompat.keras.utils.summary",
    "utils.text_dataset": "tf.keras.utils",
    "utils.text_dataset_utils": "tf.keras.utils",
    "utils.tf_contextlib": "tfcompat._internals.decorators",
    "utils.tf_inspect": "tfcompat._internals.tf_inspect",
    "utils.tf_utils": "tf.keras.utils tfcompat._internals.keras_tf_utils tf.__internal__",
    "utils.timeseries_dataset": "tf.keras.utils",
    "utils.timeseries_dataset_utils": "tf.keras.utils",
    "utils.torch_utils": "tf.keras.layers",
    "utils.vis_utils": "tf.keras.utils",
}
KERAS_RENAMED = {  # names that go by another one in public
    "engine.Network": "tf.keras.Model",
    "engine.network.Network": "tf.keras.Model",
    "engine.topology.Container": "tf.keras.Model",
    "engine.topology.Network": "tf.keras.Model",
    "backend.tensorflow.layer.TFLayer": "tf.keras.layers.Layer",
    "backend.tensorflow.trackable.KerasAutoTrackable": "tfcompat._core.trackable.AutoTrackable",
    "backend.tensorflow.trainer.TensorFlowTrainer": "tf.keras.Model",
    "engine.base_layer.TensorFlowOpLayer": "tfcompat._internals.keras_op_layer.TensorFlowOpLayer",
    "engine.base_preprocessing_layer.PreprocessingLayer": "tf.keras.layers.Layer",
    "mixed_precision.experimental.set_policy": "tf.keras.mixed_precision.set_global_policy",
    "utils.tf_utils.constant_value": "tf.get_static_value",
    "utils.tf_utils.is_symbolic_tensor": "tf.is_symbolic_tensor",
}
