"""tf.compat.v2 is the tf namespace itself: `import tfcompat.compat.v2 as tf`."""

import sys

import tfcompat

sys.modules[__name__] = tfcompat
