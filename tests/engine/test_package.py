"""What the engine sees to before torch is loaded."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize(("given", "seen"), [(None, "1000"), ("77", "77")])
def test_threads_that_wait_soon_sleep_unless_the_user_decides_otherwise(given, seen):
    environment = {name: value for name, value in os.environ.items() if name != "GOMP_SPINCOUNT"}
    environment.update({"GOMP_SPINCOUNT": given} if given else {})
    code = "import gpt_studio.engine, os, sys; print(os.environ['GOMP_SPINCOUNT'], 'torch' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert told.stdout.split() == [seen, "False"]
