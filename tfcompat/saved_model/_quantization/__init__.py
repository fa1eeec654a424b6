"""Quantizing SavedModels: graphs of products of floats become graphs of products of integers."""
