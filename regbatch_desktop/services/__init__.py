"""The interface's verbs."""
