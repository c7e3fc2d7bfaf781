"""`python -m assistant.cli`, the same as the program `assistant`."""

import sys

from assistant.cli import main

sys.exit(main())
