"""One processor per step."""
