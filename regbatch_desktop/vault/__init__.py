"""Sealing secrets: the workspace key and the envelope."""
