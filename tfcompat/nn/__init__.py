"""tf.nn: activations, losses, convolutions, pooling and normalization of neural networks."""

from __future__ import annotations

from tfcompat import _names
from tfcompat.math.elementwise import log_sigmoid, sigmoid, softplus, softsign, tanh
from tfcompat.math.ranking import approx_max_k, approx_min_k, in_top_k, top_k
from tfcompat.math.reductions import zero_fraction
from tfcompat.nn import experimental
from tfcompat.nn.activations import (
    crelu,
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    relu,
    relu6,
    selu,
    silu,
    softmax,
    swish,
)
from tfcompat.nn.blocks import depth_to_space, space_to_batch, space_to_depth, with_space_to_batch
from tfcompat.nn.convolution_gradients import depthwise_conv2d_backprop_filter, depthwise_conv2d_backprop_input
from tfcompat.nn.convolutions import (
    atrous_conv2d,
    atrous_conv2d_transpose,
    conv1d,
    conv1d_transpose,
    conv2d,
    conv2d_transpose,
    conv3d,
    conv3d_transpose,
    conv_transpose,
    convolution,
    depthwise_conv2d,
    separable_conv2d,
)
from tfcompat.nn.ctc import ctc_loss, ctc_unique_labels
from tfcompat.nn.ctc_decoding import collapse_repeated, ctc_beam_search_decoder, ctc_greedy_decoder
from tfcompat.nn.dropout import dropout
from tfcompat.nn.embedding import embedding_lookup
from tfcompat.nn.fractional_pooling import fractional_avg_pool, fractional_max_pool
from tfcompat.nn.isotonic import isotonic_regression
from tfcompat.nn.losses import (
    compute_average_loss,
    l2_loss,
    log_poisson_loss,
    scale_regularization_loss,
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits,
)
from tfcompat.nn.morphology import dilation2d, erosion2d
from tfcompat.nn.normalization import (
    batch_norm_with_global_normalization,
    batch_normalization,
    bias_add,
    l2_normalize,
    local_response_normalization,
    lrn,
    moments,
    normalize_moments,
    sufficient_statistics,
    weighted_moments,
)
from tfcompat.nn.pooling import (
    avg_pool,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool,
    max_pool1d,
    max_pool2d,
    max_pool3d,
    max_pool_with_argmax,
    pool,
)
from tfcompat.nn.sampled_losses import nce_loss, sampled_softmax_loss
from tfcompat.random.candidates import (
    all_candidate_sampler,
    compute_accidental_hits,
    fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler,
)

# The cells are Keras layers, which load on first use.
_LAZY = {
    **{
        f"RNNCell{kind}": f"tfcompat.keras.layers._rnn_cell_wrappers:{kind}"
        for kind in ("DeviceWrapper", "DropoutWrapper", "ResidualWrapper")
    },
    **{
        name: f"tfcompat.nn.sparse_embedding:{name}"
        for name in ("embedding_lookup_sparse", "safe_embedding_lookup_sparse")
    },
}
__getattr__ = _names.module_getattr("tf.nn", globals(), lazy=_LAZY)
