"""Which job answers which request. Imported in the worker's own thread only, for it loads torch."""

from collections.abc import Callable, Iterator
from typing import Any

from gpt_studio.engine.attention import attend
from gpt_studio.engine.generalization import measure, read
from gpt_studio.engine.generation import write
from gpt_studio.engine.probe import probe
from gpt_studio.engine.requests import (
    AttentionRequest,
    ProbeRequest,
    ReadRequest,
    ResumeRequest,
    TestRequest,
    TrainRequest,
    WriteRequest,
)
from gpt_studio.engine.training import resume, train
from gpt_studio.engine.workshop import Report, Workshop

JOBS: dict[type, Callable[[Workshop, Any], Iterator[Report]]] = {
    TrainRequest: train,
    ResumeRequest: resume,
    WriteRequest: write,
    TestRequest: measure,
    ReadRequest: read,
    AttentionRequest: attend,
    ProbeRequest: probe,
}
