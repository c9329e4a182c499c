"""Yolo configuration: the form of Step 5."""
