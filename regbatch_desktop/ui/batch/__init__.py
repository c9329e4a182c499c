"""One batch: its steps, its restaurants, and everything about the chosen one."""
