"""What every layer may use: tasks, changes, clock."""
