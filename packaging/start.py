"""Where the built program begins: the same as `python -m gpt_studio`."""

import sys

from gpt_studio.__main__ import main

sys.exit(main())
