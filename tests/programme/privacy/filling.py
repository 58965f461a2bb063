"""Forms filled in as a browser would: with the hidden fields of their page."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

from tests.client import HouseClient

HIDDEN = re.compile(r'<input id="[^"]*" name="(once|version)" type="hidden" value="([^"]*)">')


def send(client: HouseClient, address: str, **fields: Any) -> TestResponse:
    """Open the page and send its form with these fields."""
    hidden = dict(HIDDEN.findall(client.page(address)))
    return client.post(address, data={**hidden, **fields})
