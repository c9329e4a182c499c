"""What every pane is built from: actions, refreshing, tables, states, questions, looks."""
