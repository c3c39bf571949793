"""The queue of one project folder, over its log and index."""
