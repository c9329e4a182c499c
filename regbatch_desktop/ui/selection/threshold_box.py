"""From which score on a candidate is sure.

Owns: its range.
Never: accepts anything.
"""

from __future__ import annotations

from PySide6.QtWidgets import QDoubleSpinBox


class ThresholdBox(QDoubleSpinBox):
    """0.5 to 0.99."""

    def __init__(self, value: float) -> None:
        super().__init__()
        self.setRange(0.5, 0.99)
        self.setSingleStep(0.01)
        self.setAccessibleName("Lowest score that is accepted")
        self.setValue(value)
