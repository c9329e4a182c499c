"""The first page: try it, or open a workspace."""
