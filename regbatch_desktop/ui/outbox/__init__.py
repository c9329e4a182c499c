"""Outbox: what a person decided and their team has not taken yet, and what wants a look."""
