"""Files that stand where a scan would: one page that says what it is."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def paper(title: str) -> bytes:
    """A PDF page with a title, the same bytes at every run."""
    out = io.BytesIO()
    page = Canvas(out, pagesize=A4, invariant=1)
    page.setTitle(title)
    page.setFont("Helvetica-Bold", 16)
    page.drawString(72, 740, title)
    page.setFont("Helvetica", 11)
    page.drawString(72, 715, "Pièce fictive du jeu de démonstration : elle ne reproduit aucun document réel.")
    page.save()
    return out.getvalue()
