"""Leads: the list, the import, and making a batch."""
