"""The version of Keras whose behaviour and files this package has."""

KERAS_VERSION = "3.15.1"
