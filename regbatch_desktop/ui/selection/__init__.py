"""Company selection: made for speed and for the keyboard."""
