"""The queue over Redis behaves as over its file."""

from __future__ import annotations

import importlib.util
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from programme.base.queue import Queue

SECRET = "only for tests " * 3
SERVER = shutil.which("redis-server") or ""
HAS_REDIS = bool(SERVER) and importlib.util.find_spec("redis") is not None
KINDS = ["file", "redis"] if HAS_REDIS else ["file"]
"""Redis is an extra of the installation: its queue is tried wherever both its server and its client are."""


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [SERVER, "--port", str(port), "--save", "", "--dir", str(tmp_path), "--loglevel", "warning"]
    process = subprocess.Popen(command)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


@pytest.fixture(params=KINDS)
def queue(request: pytest.FixtureRequest, tmp_path: Path) -> Queue:
    url = request.getfixturevalue("redis_url") if request.param == "redis" else ""
    return Queue(tmp_path / "instance", url, SECRET)


def test_what_is_put_waits_until_it_is_done(queue: Queue) -> None:
    queue.put("mail", 1)
    queue.put("export", 2)
    assert queue.waiting() == {("mail", 1), ("export", 2)}
    did: list[tuple[str, int]] = []
    consumer = queue.consumer(lambda name, ident: did.append((name, ident)), lambda: None, 1)
    worker, _thread = consumer.worker_threads[0]
    for _ in range(2):
        worker.loop()
    assert did == [("mail", 1), ("export", 2)]
    assert queue.waiting() == set()


def test_emptied_and_used_again(queue: Queue) -> None:
    queue.put("mail", 1)
    queue.empty()
    assert queue.waiting() == set()
    queue.put("mail", 1)
    assert queue.waiting() == {("mail", 1)}


def test_a_redis_that_does_not_answer_says_so(tmp_path: Path) -> None:
    with pytest.raises(Exception, match=r"(?i)connect|redis"):
        Queue(tmp_path, "redis://127.0.0.1:1/0", SECRET).put("mail", 1)
