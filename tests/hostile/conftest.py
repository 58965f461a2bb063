"""The two regions of the access tests, and a browser of each role."""

from __future__ import annotations

from tests.access.conftest import clients, world

__all__ = ["clients", "world"]
