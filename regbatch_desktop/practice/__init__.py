"""The practice platform and companies register."""
