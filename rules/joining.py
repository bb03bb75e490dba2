"""Where the family is not known: the written answers of both rule sets brought together."""

from typing import Any

Json = dict[str, Any]


def both_clauses(one: Json, two: Json, ids: list[str], names: list[Json]) -> Json:
    """Join a clause as two families judge it: where they differ it is not known."""
    cautions = list(dict.fromkeys((*one["cautions"], *two["cautions"], "both-families")))
    missing = list(dict.fromkeys((*one["missing"], *two["missing"])))
    joined = {**one, "cautions": cautions, "missing": missing}
    same = one["verdict"] == two["verdict"]
    if same and one["checks"] == two["checks"]:
        return joined
    joined["forks"] = [*one["forks"], *two["forks"]] + [
        {"fork": "family", "id": family, "says": name, "verdict": side["verdict"], **_main(side)}
        for family, name, side in zip(ids, names, (one, two), strict=True)
    ]
    if same:
        return joined
    doubt = {
        "en": f"{one['title']['en']}: the Municipality and the Panchayat rules differ here.",
        "ml": f"{one['title']['ml']}: മുനിസിപ്പാലിറ്റി, പഞ്ചായത്ത് ചട്ടങ്ങൾ ഇവിടെ വ്യത്യസ്തമാണ്.",
    }
    indicative = (
        {**_main(one), "would_be": one["verdict"]} if one["verdict"] != "unknown" else None
    )
    missing = list(dict.fromkeys((*missing, "family")))
    return {
        **joined,
        "verdict": "unknown",
        "says": doubt,
        "cure": None,
        "missing": missing,
        "indicative": indicative,
    }


def _main(clause: Json) -> Json:
    same = [check for check in clause["checks"] if check["verdict"] == clause["verdict"]]
    main = (same or clause["checks"] or [{"required": None, "found": None}])[0]
    return {"required": main["required"], "found": main["found"]}


def both_derived(one: Json, two: Json) -> tuple[Json, Json]:
    """Join worked-out facts: what both give stands; also what is missing."""
    known: Json = {}
    missing: Json = {**one["derived_missing"], **two["derived_missing"]}
    for fact in dict.fromkeys((*one["derived"], *two["derived"])):
        if one["derived"].get(fact) == two["derived"].get(fact):
            known[fact] = one["derived"][fact]
        else:
            missing[fact] = list(dict.fromkeys((*missing.get(fact, ()), "family")))
    return known, missing


def both_nocs(one: Json, two: Json) -> tuple[list[Json], list[Json]]:
    """Join clearances: those that both need, and those that cannot be told."""
    needed = [{noc["id"]: noc for noc in side["nocs"]} for side in (one, two)]
    unknown = [{noc["id"]: noc for noc in side["nocs_unknown"]} for side in (one, two)]
    stands, open_nocs = [], []
    for noc_id in dict.fromkeys((*needed[0], *needed[1], *unknown[0], *unknown[1])):
        if noc_id in needed[0] and noc_id in needed[1]:
            stands.append(needed[0][noc_id])
            continue
        sides = [side.get(noc_id) for side in unknown]
        missing = [name for side in sides if side is not None for name in side["missing"]]
        if sides[0] is None or sides[1] is None:
            missing.append("family")
        office = next(side[noc_id]["office"] for side in (*needed, *unknown) if noc_id in side)
        open_nocs.append({"id": noc_id, "office": office, "missing": list(dict.fromkeys(missing))})
    return stands, open_nocs
