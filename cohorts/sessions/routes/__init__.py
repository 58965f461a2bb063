"""Pages of sessions: list, planning, attendance, life, evidence."""

from __future__ import annotations

from cohorts.sessions.routes import evidence, heat, life, listing, planning, sheet
from cohorts.sessions.routes.frame import bp

__all__ = ["bp", "evidence", "heat", "life", "listing", "planning", "sheet"]
