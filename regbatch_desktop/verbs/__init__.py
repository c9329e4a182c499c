"""What a person's verbs do: pure decisions on rows, the same for every store and for every time they are made again."""
