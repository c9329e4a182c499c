"""The only network clients."""
