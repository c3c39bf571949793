"""termlabel: classify, annotate and review images in the terminal."""

__version__ = "0.2.0"
