"""`python -m callintake`."""

import sys

from callintake.cli import main

if __name__ == "__main__":
    sys.exit(main())
