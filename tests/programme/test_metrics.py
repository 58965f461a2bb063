"""`/metrics` answers to who shows the token, counts what was asked, and names nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from programme.config import ROOT
from tests.client import HouseClient

# In a process of its own: the counting library decides when it is imported where it counts.
ASKING = """
import sys
from pathlib import Path
from programme.app import create_app
from programme.config import Settings
from programme import metrics
folder = Path(sys.argv[1])
settings = Settings(
    instance=folder, database_url=f"sqlite:///{folder / 'programme.sqlite3'}", secret_key="only for tests " * 3,
    base_url="http://localhost", metrics_token="a token of the house", testing=True,
)
metrics.clear(settings)
app = create_app(settings)
with app.app_context():
    from programme.reference.start import start
    start()
client = app.test_client()
for _ in range(3):
    assert client.get("/healthz").status_code == 200
assert client.get("/no-such-page/QX918273?phone=0661928374").status_code == 404
for shown in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer é"}, {"Authorization": "a token"}):
    assert client.get("/metrics", headers=shown).status_code == 404, shown
answer = client.get("/metrics", headers={"Authorization": "Bearer a token of the house"})
assert answer.status_code == 200, answer.status
print(answer.text)
"""


def test_there_is_no_such_page_unless_asked_for(client: HouseClient) -> None:
    assert client.get("/metrics", check=False).status_code == 404


def test_what_is_counted(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASKING, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout
    assert 'programme_requests_total{endpoint="programme.home.healthz",method="GET",status="200"} 3.0' in told
    assert 'programme_requests_total{endpoint="unknown",method="GET",status="404"} 1.0' in told
    assert 'programme_request_seconds_count{endpoint="programme.home.healthz"} 3.0' in told
    assert 'programme_request_statements_bucket{endpoint="programme.home.healthz",le="0.0"} 3.0' in told
    assert "programme_database_up 1.0" in told
    assert "programme_journal_age_seconds" in told
    assert "programme_pool_connections" in told
    assert "QX918273" not in told
    assert "0661928374" not in told
