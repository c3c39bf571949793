"""The index: derived from the log, deletable at any time."""
