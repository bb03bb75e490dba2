"""What may I build: a grid of designs on one site, and for each limit the clause that binds.

The law is asked, not inverted: designs are judged over columns, so what holds in the grid holds
for a plan. What is not known is never allowed: a design that a clause leaves open is not counted,
unless that clause says the same of every size (the slope of the ground); then it stands in
``not_decided``. Full floors are assumed: floor area is storeys times ground.
"""

from rules.envelope.answer import Envelope
from rules.envelope.designs import Design, Dimension, LimitOf, Stop
from rules.envelope.search import envelope

__all__ = ["Design", "Dimension", "Envelope", "LimitOf", "Stop", "envelope"]
