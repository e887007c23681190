"""The sandbox for Mollie's newer client library, which runs in an environment of its own."""

import pathlib
import sys

import pytest

# Nothing is installed here but the library and pytest: the sandbox's driver is found by its path.
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
pytest.register_assert_rewrite("endpoints")

from library import Library  # noqa: E402

from mollie_sandbox import Sandbox  # noqa: E402


@pytest.fixture(scope="session")
def running():
    with Sandbox.start() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running):
    running.reset()
    return running


@pytest.fixture
def library(sandbox):
    return Library(sandbox)
