"""``python -m kmap.cli``: the command line without an installed script."""

from kmap.cli import main

main()
