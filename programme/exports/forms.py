"""The wish for an export: nothing to fill in, the address says what is asked."""

from __future__ import annotations

from programme.base.forms import HouseForm


class AskForm(HouseForm):
    """Confirms that the document is to be prepared."""
