"""The only Qt: the window, its panes and the kit they are built from."""
