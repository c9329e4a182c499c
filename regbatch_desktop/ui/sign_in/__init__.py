"""Signing in to a team's project."""
