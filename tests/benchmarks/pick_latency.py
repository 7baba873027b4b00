"""How long it takes from a picked token to its text: everything before it is gone through, to be exact to the last bit.

    python tests/benchmarks/pick_latency.py [--presets small large] [--vocabularies 65 8192]

For each preset and vocabulary a text of 10,000 tokens in three styles; then picks at several places of it, each until
the picked token's odds are there. Weights are random, for speed does not depend on them.
"""

import argparse

import numpy as np
import torch

from gpt_studio.engine import clock, device
from gpt_studio.engine.config import PRESETS, STYLES
from gpt_studio.engine.generation import Writer
from gpt_studio.engine.model import GPT

LENGTH, SHOWN = 10_000, 12
PLACES = (0, 100, 499, 5_000, 9_999)


@torch.inference_mode()
def measure(preset: str, vocabulary: int) -> None:
    model = GPT(PRESETS[preset].model_for(vocabulary)).to(device.choose()).eval()
    words = [f"{preset}, {vocabulary} tokens:"]

    def writer() -> Writer:
        return Writer(model, np.zeros(8, dtype=np.int64), tuple(STYLES.values()), seed=1, shown=SHOWN)

    with device.threads(writer().threads):
        made = writer()
        began = clock.now()
        text = [made.next().tokens[0] for _ in range(LENGTH)]
        words.append(f"written in {clock.now() - began:.1f} s;")
        for place in PLACES:
            other = writer()
            began = clock.now()
            for _ in other.take_over(text[:place]):
                pass
            other.next(text[place])
            words.append(f"at {place:,}: {(clock.now() - began) * 1000:.0f} ms")
    print(" ".join(words), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--presets", nargs="+", default=["small", "large"])
    parser.add_argument("--vocabularies", nargs="+", type=int, default=[65, 8192])
    given = parser.parse_args()
    for preset in given.presets:
        for vocabulary in given.vocabularies:
            measure(preset, vocabulary)


if __name__ == "__main__":
    main()
