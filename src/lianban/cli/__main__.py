"""``python -m lianban.cli``: the same as the ``lianban`` command."""

import sys

from lianban.cli import main

if __name__ == "__main__":
    sys.exit(main())
