"""The protocol buffer messages of tf.train: tf.train.Example and what it is made of, and clusters."""

from typing import Any

from tfcompat._formats.protos import message

BytesList: Any = message("BytesList")
ClusterDef: Any = message("ClusterDef")
Example: Any = message("Example")
Feature: Any = message("Feature")
FeatureList: Any = message("FeatureList")
FeatureLists: Any = message("FeatureLists")
Features: Any = message("Features")
FloatList: Any = message("FloatList")
Int64List: Any = message("Int64List")
JobDef: Any = message("JobDef")
SequenceExample: Any = message("SequenceExample")
ServerDef: Any = message("ServerDef")
