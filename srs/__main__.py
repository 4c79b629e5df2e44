"""Run the command line with ``python -m srs``."""

from srs.cli import main

main()
