"""What `tests/benchmarks/experiments.py` has measured: three pairs of runs each, held-back bits per character.

On verse_drama, two cores of an AMD EPYC, fp32, 2026-11-27. On another machine the last digits are others.
"""

from gpt_studio.engine.experiments.experiment import Measured

MEASURED: dict[str, Measured] = {
    "without_mask": Measured(
        2.282,
        0.055,
        -2.236,
        -2.219,
        0.003,
        "Asked with nothing to the right, as in writing, at 4,000 places, A needs 2.26 bits per character and B 3.64.",
    ),
    "without_position": Measured(2.282, 2.820, 0.529, 0.548, 0.004),
    "without_residual": Measured(2.285, 2.537, 0.073, 0.429, 0.072, "Three other pairs gave −0.018 to +0.523."),
    "without_norm": Measured(2.282, 2.458, 0.151, 0.201, 0.010),
    "without_scores": Measured(2.282, 2.974, 0.664, 0.720, 0.011),
    "without_attention": Measured(2.282, 3.405, 1.101, 1.145, 0.009),
    "without_mlp": Measured(2.282, 2.545, 0.232, 0.293, 0.012),
    "one_head": Measured(2.282, 2.279, -0.035, 0.028, 0.013),
    "bigram": Measured(2.282, 3.424, 1.128, 1.156, 0.005),
    "dropout": Measured(2.282, 2.890, 0.581, 0.635, 0.011),
    "dropout_tenth": Measured(2.471, 2.924, 0.405, 0.502, 0.019),
    "rate_high": Measured(2.282, 3.658, 1.249, 1.503, 0.051),
    "rate_low": Measured(2.285, 3.171, 0.859, 0.912, 0.011),
    "batch_one": Measured(2.285, 3.584, 1.288, 1.309, 0.004),
    "optimizer": Measured(2.285, 3.055, 0.750, 0.789, 0.008),
    "seed": Measured(2.282, 2.276, -0.017, 0.006, 0.010, "The six runs ended between 2.272 and 2.287."),
    "letters": Measured(2.285, 4.669, 2.378, 2.389, 0.002, "Counting letters alone reaches 4.67 on this text."),
    "words": Measured(2.285, 2.565, 0.266, 0.293, 0.005),
    "tenth": Measured(2.285, 2.466, 0.128, 0.233, 0.021),
    "wide_deep": Measured(2.286, 2.455, 0.136, 0.201, 0.013),
    "equal_parameters": Measured(2.344, 2.455, 0.096, 0.125, 0.006),
}
