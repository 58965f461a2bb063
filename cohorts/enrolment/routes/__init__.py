"""Pages of cohorts, their seats and the persons in them."""

from __future__ import annotations

from cohorts.enrolment.routes import cohorts, places
from cohorts.enrolment.routes.frame import bp

__all__ = ["bp", "cohorts", "places"]
