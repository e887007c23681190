"""A sandbox in a process of its own, reset for each test."""

import pathlib
import sys
import threading

import pytest

TOP = str(pathlib.Path(__file__).resolve().parents[2])
if TOP not in sys.path:
    sys.path.insert(0, TOP)

from sandbox_api import Api, Receiver  # noqa: E402
from tests.mollie_sandbox import Sandbox  # noqa: E402


@pytest.fixture(scope="session")
def running():
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.reset()
    yield running
    running.clear_faults()


@pytest.fixture
def api(sandbox):
    return Api(sandbox)


@pytest.fixture
def receiver():
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
