"""Where the built program begins: the same as `python -m gpt_studio`."""

import sys
import warnings

# torch misses its sources, which only TorchScript would read. A student can do nothing about that.
warnings.filterwarnings("ignore", message="Unable to retrieve source")

from gpt_studio.__main__ import main  # noqa: E402

sys.exit(main())
