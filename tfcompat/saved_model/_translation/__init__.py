"""Captured graphs as TensorFlow's: programs of torch's kernels become functions of a GraphDef, which TensorFlow runs.

`body` writes nodes, `programs` goes through a program, and each of the other files has the translators of one family of
kernels.
"""
