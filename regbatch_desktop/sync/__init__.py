"""A workspace that goes on without a network: what people decide is kept, sent once, and shown on top of what is known."""
