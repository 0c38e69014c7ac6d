"""`python -m sim` is `parley`."""

from sim.cli import main

main()
