"""The messages that graphs are written as: tf.compat.v1.GraphDef and what is in it."""

from tfcompat._formats.protos import message

AttrValue = message("AttrValue")
GraphDef = message("GraphDef")
HistogramProto = message("HistogramProto")
LogMessage = message("LogMessage")
MetaGraphDef = message("MetaGraphDef")
NameAttrList = message("NameAttrList")
NodeDef = message("NodeDef")
SaverDef = message("SaverDef")
SummaryMetadata = message("SummaryMetadata")
TensorInfo = message("TensorInfo")
