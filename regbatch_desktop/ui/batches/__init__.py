"""Batches: the list with tabs, search and bulk actions."""
