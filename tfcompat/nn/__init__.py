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
from tfcompat.nn.dropout import dropout
from tfcompat.nn.embedding import embedding_lookup
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

_LAZY = {
    name: f"tfcompat.nn.sparse_embedding:{name}" for name in ("embedding_lookup_sparse", "safe_embedding_lookup_sparse")
}
__getattr__ = _names.module_getattr("tf.nn", globals(), lazy=_LAZY)
