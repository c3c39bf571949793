"""The display list, where painters look for it; its values belong to the model, as the tools make them."""

from tui.model.scene import Area, Cross, Frame, Handle, Layers, Mark, Path, Ruler, Scene, Text

__all__ = ["Area", "Cross", "Frame", "Handle", "Layers", "Mark", "Path", "Ruler", "Scene", "Text"]
