"""The colour behind everything, light and dark: all that the first paint needs of a look.

Owns: these two.
Never: imports anything.
"""

LIGHT_WINDOW = "#f4f5f7"
DARK_WINDOW = "#16191f"
