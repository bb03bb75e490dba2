"""What may I build: a grid of designs on one site, and for each limit the clause that binds.

The law is asked, not inverted: designs are judged over columns, so what holds in the grid holds
for a plan. A clause that is not decided for every design alike (a fact is missing) stands in
``not_decided``; one that is decided for some designs and not for others stops the rest, because
what is not known is never allowed. Full floors are assumed: floor area is storeys times ground.
"""

from rules.envelope.answer import Envelope
from rules.envelope.designs import Design, Dimension, LimitOf, Stop
from rules.envelope.search import envelope

__all__ = ["Design", "Dimension", "Envelope", "LimitOf", "Stop", "envelope"]
