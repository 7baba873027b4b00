"""Which job answers which request. Imported in the worker's own thread only, for it loads torch."""

from collections.abc import Callable, Iterator
from typing import Any

from gpt_studio.engine.attention import attend
from gpt_studio.engine.forking import fork
from gpt_studio.engine.generalization import measure, read
from gpt_studio.engine.generation import write
from gpt_studio.engine.inside.cost import measure_cost
from gpt_studio.engine.inside.embeddings import map_tokens
from gpt_studio.engine.inside.gradients import measure_parts
from gpt_studio.engine.inside.heads import weigh
from gpt_studio.engine.inside.leaking import follow_leak
from gpt_studio.engine.inside.lens import look_through_layers
from gpt_studio.engine.inside.neurons import find_passages
from gpt_studio.engine.inside.roles import name_heads
from gpt_studio.engine.inside.why import explain
from gpt_studio.engine.probe import probe
from gpt_studio.engine.requests import (
    AttentionRequest,
    CostRequest,
    EmbeddingsRequest,
    ForkRequest,
    GradientsRequest,
    LayersRequest,
    LeakRequest,
    NeuronsRequest,
    ProbeRequest,
    ReadRequest,
    ResumeRequest,
    RolesRequest,
    TestRequest,
    TrainRequest,
    WhyRequest,
    WorthRequest,
    WriteRequest,
)
from gpt_studio.engine.training import resume, train
from gpt_studio.engine.workshop import Report, Workshop

JOBS: dict[type, Callable[[Workshop, Any], Iterator[Report]]] = {
    TrainRequest: train,
    ResumeRequest: resume,
    ForkRequest: fork,
    WriteRequest: write,
    WhyRequest: explain,
    LeakRequest: follow_leak,
    TestRequest: measure,
    ReadRequest: read,
    AttentionRequest: attend,
    LayersRequest: look_through_layers,
    RolesRequest: name_heads,
    WorthRequest: weigh,
    NeuronsRequest: find_passages,
    EmbeddingsRequest: map_tokens,
    GradientsRequest: measure_parts,
    CostRequest: measure_cost,
    ProbeRequest: probe,
}
