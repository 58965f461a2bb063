"""Pages of the registry of associations."""

from __future__ import annotations

from regions.associations.routes import bureau, documents, listing, record
from regions.associations.routes.frame import bp

__all__ = ["bp", "bureau", "documents", "listing", "record"]
