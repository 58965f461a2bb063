"""The worker beside the server: begun with it, begun again when it is killed, ended with it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection

import psutil
import pytest
from flask import Flask

from programme.config import ROOT, Settings
from programme.exports import making
from tests.programme.exports.making_here import ends

PATIENCE = 90.0


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def server(house: Flask, settings: Settings, port: int) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", "from programme.cli import main; main()", "serve", "--port", str(port)]
    env = {**os.environ, **making.environment(settings), "PORT": str(port)}
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    yield process
    if process.poll() is None:
        process.terminate()
        process.wait(PATIENCE)


def worker_of(server: subprocess.Popen[bytes], other_than: int = 0) -> psutil.Process:
    """The process `programme work` that the server has begun."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        for child in psutil.Process(server.pid).children():
            try:
                if "--beside" in child.cmdline() and child.pid != other_than:
                    return child
            except psutil.Error:
                continue
        time.sleep(0.1)
    raise AssertionError("no worker was begun")


def answers(port: int) -> bool:
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as link:
            link.request("GET", "/healthz")
            return link.getresponse().status == 200
    except OSError:
        return False


def test_begun_kept_and_ended(server: subprocess.Popen[bytes], port: int) -> None:
    first = worker_of(server)
    os.kill(first.pid, signal.SIGKILL)
    second = worker_of(server, other_than=first.pid)
    end = time.monotonic() + PATIENCE
    while not answers(port):
        assert time.monotonic() < end
        time.sleep(0.2)
    server.terminate()
    server.wait(PATIENCE)
    assert ends(second)


def test_it_ends_with_a_server_that_is_killed(server: subprocess.Popen[bytes]) -> None:
    worker = worker_of(server)
    orphans = psutil.Process(server.pid).children()
    server.kill()
    server.wait(PATIENCE)
    assert ends(worker)
    for orphan in orphans:
        if orphan.is_running():
            orphan.kill()
