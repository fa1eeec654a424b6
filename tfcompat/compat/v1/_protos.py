"""The messages that graphs are written as: tf.compat.v1.GraphDef and what is in it."""

from tfcompat._formats.protos import message

AttrValue = message("AttrValue")
GraphDef = message("GraphDef")
MetaGraphDef = message("MetaGraphDef")
NameAttrList = message("NameAttrList")
NodeDef = message("NodeDef")
