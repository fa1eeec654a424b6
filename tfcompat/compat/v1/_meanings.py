"""What tf.compat.v1's names mean: most are tf's own, some have moved since, some took other arguments then.

Recorded from TensorFlow 2.21: DIFFERENT lists the names that tf has too but with another signature or meaning, MOVED
those that are the very object tf has under another path. Names of neither kind that both have are the same.
"""

from __future__ import annotations

_DIFFERENT = {
    "tf.compat.v1": (
        "DeviceSpec Variable argmax argmin assert_equal assert_greater assert_less assert_rank batch_to_space "
        "boolean_mask cond constant constant_initializer convert_to_tensor device expand_dims gather gather_nd "
        "gradients hessians name_scope norm ones_initializer ones_like pad random_normal_initializer "
        "random_uniform_initializer reduce_all reduce_any reduce_logsumexp reduce_max reduce_mean reduce_min "
        "reduce_prod reduce_sum reverse_sequence shape size space_to_batch squeeze transpose tuple while_loop "
        "zeros_initializer zeros_like"
    ),
    "tf.compat.v1.autograph": "to_code to_graph",
    "tf.compat.v1.data": "Dataset FixedLengthRecordDataset Iterator TFRecordDataset TextLineDataset",
    "tf.compat.v1.data.experimental": "CsvDataset RandomDataset SqlDataset",
    "tf.compat.v1.debugging": (
        "assert_all_finite assert_equal assert_greater assert_greater_equal assert_less assert_less_equal "
        "assert_near assert_negative assert_non_negative assert_non_positive assert_none_equal assert_positive "
        "assert_rank assert_rank_at_least assert_rank_in assert_scalar"
    ),
    "tf.compat.v1.distribute": "MirroredStrategy OneDeviceStrategy ReplicaContext Strategy StrategyExtended",
    "tf.compat.v1.distribute.experimental": (
        "CentralStorageStrategy MultiWorkerMirroredStrategy ParameterServerStrategy TPUStrategy"
    ),
    "tf.compat.v1.feature_column": "categorical_column_with_vocabulary_file",
    "tf.compat.v1.image": (
        "ResizeMethod crop_and_resize draw_bounding_boxes extract_glimpse resize sample_distorted_bounding_box"
    ),
    "tf.compat.v1.initializers": (
        "constant glorot_normal glorot_uniform he_normal he_uniform identity lecun_normal lecun_uniform ones "
        "orthogonal random_normal random_uniform truncated_normal variance_scaling zeros"
    ),
    "tf.compat.v1.io": (
        "decode_csv decode_raw parse_example parse_single_example serialize_many_sparse serialize_sparse"
    ),
    "tf.compat.v1.linalg": "norm",
    "tf.compat.v1.lookup": "StaticHashTable StaticVocabularyTable",
    "tf.compat.v1.losses": "Reduction",
    "tf.compat.v1.math": (
        "argmax argmin bincount confusion_matrix count_nonzero in_top_k log_softmax reduce_all reduce_any "
        "reduce_logsumexp reduce_max reduce_mean reduce_min reduce_prod reduce_sum softmax"
    ),
    "tf.compat.v1.nn": (
        "avg_pool avg_pool2d batch_norm_with_global_normalization conv1d conv2d conv2d_transpose conv3d "
        "conv3d_transpose convolution crelu ctc_beam_search_decoder ctc_loss depth_to_space depthwise_conv2d "
        "dilation2d dropout embedding_lookup embedding_lookup_sparse erosion2d fractional_avg_pool "
        "fractional_max_pool in_top_k log_softmax max_pool max_pool_with_argmax moments nce_loss pool "
        "safe_embedding_lookup_sparse sampled_softmax_loss separable_conv2d softmax "
        "softmax_cross_entropy_with_logits space_to_batch space_to_depth sparse_softmax_cross_entropy_with_logits "
        "sufficient_statistics weighted_cross_entropy_with_logits weighted_moments"
    ),
    "tf.compat.v1.random": "poisson",
    "tf.compat.v1.saved_model": "load",
    "tf.compat.v1.sparse": "add concat reduce_max reduce_sum segment_mean segment_sqrt_n segment_sum split",
    "tf.compat.v1.strings": "length reduce_join split substr to_hash_bucket to_number",
    "tf.compat.v1.summary": "audio histogram image scalar text",
    "tf.compat.v1.test": "assert_equal_graph_def compute_gradient",
    "tf.compat.v1.train": "Checkpoint",
}

_MOVED_TO = {
    ("tf.compat.v1", "tf.debugging"): (
        "assert_proper_iterable assert_same_float_dtype check_numerics is_numeric_tensor"
    ),
    ("tf.compat.v1", "tf.dtypes"): "QUANTIZED_DTYPES",
    ("tf.compat.v1", "tf.errors"): "OpError",
    ("tf.compat.v1", "tf.image"): "random_crop",
    ("tf.compat.v1", "tf.io"): (
        "FixedLenFeature FixedLenSequenceFeature SparseFeature VarLenFeature decode_base64 decode_compressed "
        "decode_json_example deserialize_many_sparse encode_base64 matching_files parse_single_sequence_example "
        "parse_tensor read_file serialize_tensor write_file"
    ),
    ("tf.compat.v1", "tf.linalg"): "cholesky cholesky_solve cross global_norm matrix_transpose qr svd trace",
    ("tf.compat.v1", "tf.math"): (
        "accumulate_n angle betainc ceil conj cumprod digamma erf erfc expm1 floordiv igamma igammac imag "
        "invert_permutation is_finite is_inf is_nan is_non_decreasing is_strictly_increasing lbeta lgamma log "
        "log1p log_sigmoid logical_xor mod polygamma real reciprocal rint rsqrt segment_max segment_mean "
        "segment_min segment_prod segment_sum squared_difference unsorted_segment_max unsorted_segment_mean "
        "unsorted_segment_min unsorted_segment_prod unsorted_segment_sqrt_n unsorted_segment_sum zeta"
    ),
    ("tf.compat.v1", "tf.quantization"): (
        "dequantize fake_quant_with_min_max_args fake_quant_with_min_max_args_gradient "
        "fake_quant_with_min_max_vars fake_quant_with_min_max_vars_gradient "
        "fake_quant_with_min_max_vars_per_channel fake_quant_with_min_max_vars_per_channel_gradient quantize "
        "quantized_concat"
    ),
    ("tf.compat.v1", "tf.queue"): "FIFOQueue PaddingFIFOQueue PriorityQueue QueueBase RandomShuffleQueue",
    ("tf.compat.v1", "tf.random"): "truncated_normal",
    ("tf.compat.v1", "tf.signal"): "fft fft2d fft3d ifft ifft2d ifft3d",
    ("tf.compat.v1", "tf.strings"): "regex_replace",
    ("tf.compat.v1.debugging", "tf.math"): "is_finite is_inf is_nan is_non_decreasing is_strictly_increasing",
    ("tf.compat.v1.dtypes", "tf"): "as_string",
    ("tf.compat.v1.gfile", "tf.io.gfile"): "GFile",
    ("tf.compat.v1.io", "tf.queue"): "PaddingFIFOQueue PriorityQueue QueueBase RandomShuffleQueue",
    ("tf.compat.v1.manip", "tf"): "reverse roll scatter_nd space_to_batch_nd tile",
    ("tf.compat.v1.nn", "tf.random"): "log_uniform_candidate_sampler uniform_candidate_sampler",
    ("tf.compat.v1.python_io", "tf.io"): "TFRecordOptions TFRecordWriter",
    ("tf.compat.v1.saved_model.experimental", "tf.saved_model"): "save",
    ("tf.compat.v1.spectral", "tf.signal"): (
        "dct fft fft2d fft3d idct ifft ifft2d ifft3d irfft irfft2d irfft3d rfft rfft2d rfft3d"
    ),
    ("tf.compat.v1.train", "tf.distribute"): "Server",
    ("tf.compat.v1.train", "tf.io"): "match_filenames_once write_graph",
}

_RENAMED = {
    "tf.compat.v1.NoGradient": "tf.no_gradient",
    "tf.compat.v1.NotDifferentiable": "tf.no_gradient",
    "tf.compat.v1.data.experimental.DatasetStructure": "tf.data.DatasetSpec",
    "tf.compat.v1.data.experimental.OptionalStructure": "tf.OptionalSpec",
    "tf.compat.v1.data.experimental.Structure": "tf.TypeSpec",
    "tf.compat.v1.diag": "tf.linalg.tensor_diag",
    "tf.compat.v1.diag_part": "tf.linalg.tensor_diag_part",
    "tf.compat.v1.div_no_nan": "tf.math.divide_no_nan",
    "tf.compat.v1.floormod": "tf.math.mod",
    "tf.compat.v1.gfile.Open": "tf.io.gfile.GFile",
    "tf.compat.v1.image.resize_image_with_crop_or_pad": "tf.image.resize_with_crop_or_pad",
    "tf.compat.v1.image.transpose_image": "tf.image.transpose",
    "tf.compat.v1.lin_space": "tf.linspace",
    "tf.compat.v1.linalg.transpose": "tf.linalg.matrix_transpose",
    "tf.compat.v1.matrix_band_part": "tf.linalg.band_part",
    "tf.compat.v1.matrix_determinant": "tf.linalg.det",
    "tf.compat.v1.matrix_diag": "tf.linalg.diag",
    "tf.compat.v1.matrix_diag_part": "tf.linalg.diag_part",
    "tf.compat.v1.matrix_inverse": "tf.linalg.inv",
    "tf.compat.v1.matrix_set_diag": "tf.linalg.set_diag",
    "tf.compat.v1.matrix_solve": "tf.linalg.solve",
    "tf.compat.v1.matrix_solve_ls": "tf.linalg.lstsq",
    "tf.compat.v1.matrix_triangular_solve": "tf.linalg.triangular_solve",
    "tf.compat.v1.nn.avg_pool_v2": "tf.nn.avg_pool",
    "tf.compat.v1.nn.ctc_beam_search_decoder_v2": "tf.nn.ctc_beam_search_decoder",
    "tf.compat.v1.nn.depthwise_conv2d_native_backprop_filter": "tf.nn.depthwise_conv2d_backprop_filter",
    "tf.compat.v1.nn.depthwise_conv2d_native_backprop_input": "tf.nn.depthwise_conv2d_backprop_input",
    "tf.compat.v1.nn.max_pool_v2": "tf.nn.max_pool",
    "tf.compat.v1.random_gamma": "tf.random.gamma",
    "tf.compat.v1.random_normal": "tf.random.normal",
    "tf.compat.v1.random_shuffle": "tf.random.shuffle",
    "tf.compat.v1.random_uniform": "tf.random.uniform",
    "tf.compat.v1.reverse_v2": "tf.reverse",
    "tf.compat.v1.saved_model.load_v2": "tf.saved_model.load",
    "tf.compat.v1.self_adjoint_eig": "tf.linalg.eigh",
    "tf.compat.v1.self_adjoint_eigvals": "tf.linalg.eigvalsh",
    "tf.compat.v1.sets.set_difference": "tf.sets.difference",
    "tf.compat.v1.sets.set_intersection": "tf.sets.intersection",
    "tf.compat.v1.sets.set_size": "tf.sets.size",
    "tf.compat.v1.sets.set_union": "tf.sets.union",
    "tf.compat.v1.sparse.matmul": "tf.sparse.sparse_dense_matmul",
    "tf.compat.v1.sparse_fill_empty_rows": "tf.sparse.fill_empty_rows",
    "tf.compat.v1.sparse_mask": "tf.sparse.mask",
    "tf.compat.v1.sparse_maximum": "tf.sparse.maximum",
    "tf.compat.v1.sparse_minimum": "tf.sparse.minimum",
    "tf.compat.v1.sparse_reorder": "tf.sparse.reorder",
    "tf.compat.v1.sparse_reset_shape": "tf.sparse.reset_shape",
    "tf.compat.v1.sparse_reshape": "tf.sparse.reshape",
    "tf.compat.v1.sparse_retain": "tf.sparse.retain",
    "tf.compat.v1.sparse_slice": "tf.sparse.slice",
    "tf.compat.v1.sparse_softmax": "tf.sparse.softmax",
    "tf.compat.v1.sparse_tensor_dense_matmul": "tf.sparse.sparse_dense_matmul",
    "tf.compat.v1.sparse_tensor_to_dense": "tf.sparse.to_dense",
    "tf.compat.v1.sparse_to_indicator": "tf.sparse.to_indicator",
    "tf.compat.v1.sparse_transpose": "tf.sparse.transpose",
    "tf.compat.v1.string_join": "tf.strings.join",
    "tf.compat.v1.string_strip": "tf.strings.strip",
    "tf.compat.v1.string_to_hash_bucket_fast": "tf.strings.to_hash_bucket_fast",
    "tf.compat.v1.string_to_hash_bucket_strong": "tf.strings.to_hash_bucket_strong",
    "tf.compat.v1.tensor_scatter_add": "tf.tensor_scatter_nd_add",
    "tf.compat.v1.tensor_scatter_sub": "tf.tensor_scatter_nd_sub",
    "tf.compat.v1.tensor_scatter_update": "tf.tensor_scatter_nd_update",
    "tf.compat.v1.where_v2": "tf.where",
}

DIFFERENT = frozenset(f"{namespace}.{name}" for namespace, names in _DIFFERENT.items() for name in names.split())
MOVED = {
    f"{old}.{name}": f"{new}.{name}" for (old, new), names in _MOVED_TO.items() for name in names.split()
} | _RENAMED

# Names below tf.compat.v1 that are TensorFlow 1's functions under another path.
SAME = {
    f"tf.compat.v1.{space}.{name}": f"compat.v1.{function}"
    for space, name, function in (
        ("io", "decode_csv", "decode_csv"),
        ("io", "decode_raw", "decode_raw"),
        ("linalg", "norm", "norm"),
        ("random", "get_seed", "get_seed"),
        ("random", "multinomial", "multinomial"),
        ("random", "poisson", "random_poisson"),
        ("random", "set_random_seed", "set_random_seed"),
        ("random", "stateless_multinomial", "_aliases.stateless_multinomial"),
        ("user_ops", "my_fact", "_aliases.my_fact"),
        ("train.queue_runner", "QueueRunner", "train.QueueRunner"),
        ("train.queue_runner", "add_queue_runner", "train.add_queue_runner"),
        ("train.queue_runner", "start_queue_runners", "train.start_queue_runners"),
    )
}
