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


def test_a_run_never_loads_torch_s_compiler(tmp_path):
    """It takes a second to load, and is of no use here."""
    code = f"""
import sys
from pathlib import Path
from gpt_studio.engine import training
from gpt_studio.engine.config import ModelConfig, TrainConfig
from gpt_studio.engine.requests import CorpusText, TrainRequest
from gpt_studio.engine.workshop import Workshop
request = TrainRequest(
    corpus=CorpusText(id="toy", title="Toy", text="a cat, a hen and a dog. " * 40),
    model=ModelConfig(n_layer=1, n_head=2, n_embd=8, block_size=8),
    train=TrainConfig(max_steps=2, batch_size=2),
    run=Path({str(tmp_path)!r}) / "run",
    name="run",
)
for _ in training.train(Workshop(), request):
    pass
print([name for name in ("torch._dynamo", "torch._inductor", "sympy") if name in sys.modules])
"""
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
