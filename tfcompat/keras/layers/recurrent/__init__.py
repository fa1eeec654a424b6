"""Recurrent layers, their cells, and the wrappers that run a layer along time."""
