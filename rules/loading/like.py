"""``like:``: a later version that says only what differs from an earlier one.

``like: V2`` (or ``like: {from: V2, family: panchayat}``) takes over every key of that version
that is not given anew. ``let`` is merged name by name. ``except`` is merged by id: one with the
same id takes the old one's place, a new one stands before the old ones; ``without: [ids]`` leaves
some out.
"""

from collections.abc import Iterable

from rules.loading.yamlfile import Spot

OWN = ("from", "family", "like", "without")


def expand(spots: Iterable[Spot], what: str) -> list[Spot]:
    """Give the versions with everything they take over written out; raises BookError."""
    done: list[Spot] = []
    for spot in spots:
        likes = isinstance(spot.value, dict) and "like" in spot.value
        if not likes and isinstance(spot.value, dict) and "without" in spot.value:
            spot.fail(f"{what}: `without` needs `like`")
        done.append(_merge(_base(spot, done, what), spot, what) if likes else spot)
    return done


def _base(spot: Spot, earlier: list[Spot], what: str) -> Spot:
    """Find the version that ``like`` names among those above."""
    named: Spot = spot.value["like"]
    plain = named.plain()
    wanted = plain if isinstance(plain, dict) else {"from": plain}
    if not set(wanted) <= {"from", "family"}:
        named.fail(f"{what}: `like` names a version: V2, or {{from: V2, family: panchayat}}")
    fits = [
        one
        for one in earlier
        if isinstance(one.value, dict)
        and all(
            (one.value[key].plain() if key in one.value else "any") == word
            for key, word in wanted.items()
        )
    ]
    if len(fits) > 1 and "family" not in wanted:
        own = spot.value["family"].plain() if "family" in spot.value else "any"
        fits = [one for one in fits if own == _family(one)] or fits
    if len(fits) != 1:
        number = "no" if not fits else "more than one"
        named.fail(f"{what}: `like`: there is {number} such version above this one")
    return fits[0]


def _family(spot: Spot) -> str:
    return str(spot.value["family"].plain()) if "family" in spot.value else "any"


def _merge(base: Spot, spot: Spot, what: str) -> Spot:
    own: dict[str, Spot] = spot.value
    merged = {key: one for key, one in base.value.items() if key not in OWN}
    for key, one in own.items():
        if key not in {"like", "without"}:
            merged[key] = _together(key, merged.get(key), one)
    if "without" in own:
        merged["except"] = _left(merged.get("except"), own["without"], what)
    return Spot(merged, spot.file, spot.line)


def _together(key: str, old: Spot | None, new: Spot) -> Spot:
    if old is None or key not in {"let", "lookup", "except"}:
        return new
    if isinstance(old.value, dict) and isinstance(new.value, dict):
        return Spot({**old.value, **new.value}, new.file, new.line)
    if not isinstance(old.value, list) or not isinstance(new.value, list):
        return new
    given = {_id(one): one for one in new.value}
    kept = [given.pop(_id(one), one) for one in old.value]
    return Spot([*given.values(), *kept], new.file, new.line)


def _left(old: Spot | None, without: Spot, what: str) -> Spot:
    names = [one.plain() for one in without.items()]
    have = [] if old is None else list(old.items())
    for name in names:
        if all(_id(one) != name for one in have):
            without.fail(f"{what}: `without`: there is no exception `{name}`")
    return Spot([one for one in have if _id(one) not in names], without.file, without.line)


def _id(spot: Spot) -> object:
    return (
        spot.value["id"].plain() if isinstance(spot.value, dict) and "id" in spot.value else None
    )
