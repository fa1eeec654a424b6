"""Layers for images, alone or in batches; most change them at random."""
