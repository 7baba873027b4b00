"""The GPT and all that is done with it: corpus, tokenizer, model, training, writing, testing, looking inside. No Qt."""

import os

# Read by GNU's OpenMP when torch loads it: how long torch's threads turn in circles while they wait for each other,
# before they sleep. Its own 300,000 turns let any other program on the machine hold them up: with one busy program
# beside them, a step of the preset small took 388 ms on two cores, and 192 ms with 1,000 turns; alone it took 146 to
# 151 ms and 147 to 183 ms.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
