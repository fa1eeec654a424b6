"""Bytes on disk: HDF5, safetensors and the other formats that TensorFlow programs read and write."""
