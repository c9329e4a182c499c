"""The engine and what moves a restaurant through its steps."""
