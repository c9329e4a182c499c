"""Activity: what runs now, the log, the diagnostics bundle."""
