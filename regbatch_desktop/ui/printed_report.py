"""The report of a batch as a PDF.

Owns: its layout; every text from outside is escaped.
Never: reads the store.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

_COLUMNS = (
    ("restaurant", "Restaurant"),
    ("city", "City"),
    ("status", "Status"),
    ("company", "Company"),
    ("shop", "Shop"),
    ("error", "Remark"),
)


def write_pdf(path: str, title: str, facts: str, rows: Sequence[Mapping[str, str]]) -> None:
    """A4 landscape. OSError when the place cannot be written."""
    with open(path, "wb"):
        pass
    writer = QPdfWriter(path)
    writer.setTitle(title)
    writer.setCreator("RegBatch Desktop")
    layout = QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, QMarginsF(15, 15, 15, 15))
    writer.setPageLayout(layout)
    head = "".join(f"<th align='left'>{words}</th>" for _, words in _COLUMNS)
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(row.get(name, '')[:200])}</td>" for name, _ in _COLUMNS) + "</tr>" for row in rows
    )
    document = QTextDocument()
    document.setDefaultStyleSheet(
        "body, td, th { font-size: 9pt; } h1 { font-size: 16pt; } td { padding: 2px 6px; } th { padding: 2px 6px; }"
    )
    document.setHtml(
        f"<h1>{html.escape(title)}</h1><p>{html.escape(facts)}</p>"
        f"<table border='1' cellspacing='0' width='100%'><tr>{head}</tr>{lines}</table>"
    )
    document.print_(writer)
