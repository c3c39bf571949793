"""The annotation queue behind one Protocol."""

from tui.store.base import AnnotationQueue
from tui.store.opening import open_queue

__all__ = ["AnnotationQueue", "open_queue"]
