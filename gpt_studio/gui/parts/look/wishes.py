"""What each page of Look inside wants to know of the model."""

from dataclasses import dataclass

from msgspec.structs import replace

from gpt_studio.engine.config import Sampling
from gpt_studio.engine.requests import (
    AttentionRequest,
    CorpusText,
    CostRequest,
    EmbeddingsRequest,
    GradientsRequest,
    Heads,
    LayersRequest,
    NeuronsRequest,
    Request,
    RolesRequest,
    Subject,
    TestRequest,
    WorthRequest,
    WriteRequest,
)
from gpt_studio.gui.messages import tr
from gpt_studio.gui.parts.look.look_views import ATTENTION, CALCULATION, COST, GRADIENTS, LAYERS, MAP, NEURONS
from gpt_studio.gui.parts.look.off_view import LOSSES, OFF, WHOLE

SAMPLE = 160  # tokens that a model without some heads writes
# The wish that a page waits for.
MAIN = {
    ATTENTION: "attention",
    CALCULATION: "attention",
    LAYERS: "layers",
    NEURONS: "layers",
    MAP: "embeddings",
    GRADIENTS: "gradients",
    COST: "cost",
}
Named = dict[str, Request]  # by the name of the wish; the student waits for MAIN alone


@dataclass(frozen=True)
class Scene:
    """What the page looks at."""

    whole: Subject  # with all its heads
    text: str
    off: Heads  # heads that are switched off
    held_back: str  # text to test on, "" where it is not read yet
    stops: tuple[int | None, ...]  # steps that can be chosen, oldest first
    plane_step: int | None  # that the map is fitted to
    wants_worth: bool

    @property
    def subject(self) -> Subject:
        return replace(self.whole, heads_off=self.off)


def wishes_of(page: str, scene: Scene) -> Named:
    """All that a page wants, what the student waits for first."""
    run = scene.whole.run
    if page in (LAYERS, NEURONS):
        named: Named = {"layers": LayersRequest(subject=scene.subject, text=scene.text)}
        if page == NEURONS:
            named["neurons"] = NeuronsRequest(subject=scene.whole)
        return named
    if page == MAP:
        steps = tuple(reversed(scene.stops))
        return {"embeddings": EmbeddingsRequest(run=run, steps=steps, plane_step=scene.plane_step)}
    if page == GRADIENTS:
        return {"gradients": GradientsRequest(run=run, steps=scene.stops)}
    if page == COST:
        return {"cost": CostRequest(subject=scene.whole)}
    named = {
        "attention": AttentionRequest(subject=scene.subject, text=scene.text),
        "roles": RolesRequest(subject=scene.whole),
    }
    if scene.wants_worth:
        named["worth"] = WorthRequest(subject=scene.whole)
    if scene.off and scene.held_back:
        named |= _without_heads(scene)
    return named


def _without_heads(scene: Scene) -> Named:
    """How the model writes and reads with some heads off, and with all of them."""
    texts = (CorpusText(id="held_back", title=tr("Held-back text"), text=scene.held_back),)
    samples: Named = {
        name: WriteRequest(subject=subject, prompt=scene.text, samplings=(Sampling(),), length=SAMPLE)
        for name, subject in ((WHOLE, scene.whole), (OFF, scene.subject))
    }
    return samples | {LOSSES: TestRequest(subjects=(scene.whole, scene.subject), texts=texts)}
