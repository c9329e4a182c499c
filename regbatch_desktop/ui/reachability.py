"""What the desktop knows about the network: a cable that is out, a train in a tunnel, a machine that wakes up.

Owns: the subscription.
Never: decides by itself that a project is there; only an answer says so.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtNetwork import QNetworkInformation

from regbatch_desktop.sync.connectivity import Connectivity

State = QNetworkInformation.Reachability


class Reachability(QObject):
    """`poke` asks the project at once. Nothing where the desktop does not tell."""

    def __init__(self, connectivity: Connectivity, poke: Callable[[], None], parent: QObject) -> None:
        super().__init__(parent)
        self._connectivity, self._poke = connectivity, poke
        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            QNetworkInformation.instance().reachabilityChanged.connect(self.on_changed)

    def on_changed(self, state: State) -> None:
        """Away is known at once, before anything waits for an answer that cannot come; back is asked."""
        if state is State.Disconnected:
            self._connectivity.failed()
        else:
            self._poke()
