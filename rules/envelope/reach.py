"""Which clauses may depend on some facts, through whatever the book works out or concludes."""

from collections.abc import Iterable, Mapping

from rules.law import Law, LinkedLink


def clauses_about(law: Law, facts: Iterable[str]) -> frozenset[str]:
    """Name the clauses of a law whose outcome may depend on one of the facts."""
    feeds = _feeds(law)
    touched = set(facts)
    growing = True
    while growing:
        more = {fact for fact, reads in feeds.items() if reads & touched} - touched
        touched |= more
        growing = bool(more)
    return frozenset(clause.id for clause in law.clauses if clause.reads & touched)


def _feeds(law: Law) -> dict[str, frozenset[str]]:
    """List for each fact the book works out (or a link sets) the facts that go into it."""
    signals = {
        one.id: frozenset().union(
            *(
                part.names | part.whole_plot
                for part in (one.when, *(when for when, _ in one.undecided))
            )
        )
        for one in law.signals
    }
    links = {one.id: one for one in law.links}
    feeds: dict[str, frozenset[str]] = {}
    for one in (*law.first, *law.last):
        parts = [part for _, part in one.steps] + [one.value]
        reads = frozenset().union(*(part.names | part.whole_plot for part in parts))
        feeds[one.fact] = feeds.get(one.fact, frozenset()) | reads
    for link in law.links:
        if link.sets is not None:
            known = feeds.get(link.sets.fact, frozenset())
            feeds[link.sets.fact] = known | _of_link(link, links, signals)
    return feeds


def _of_link(
    link: LinkedLink, links: Mapping[str, LinkedLink], signals: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for group in link.when:
        for literal, _ in group:
            name = literal if literal in signals else literal.removeprefix("all ")
            if name in links:
                found |= _of_link(links[name], links, signals)
            found |= signals.get(name, frozenset())
    return found
