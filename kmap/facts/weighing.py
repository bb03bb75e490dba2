"""What is typed is weighed: against what is drawn, and against what only a map can tell."""

from dataclasses import replace

from gis.model import Complaint
from kmap.facts.candidates import TYPED, Candidate, Desk, how_of, witness_of

_MEASURED_TO_M = 0.001


def weigh_area(desk: Desk) -> None:
    """Compare the typed plot area with the drawn one; a typed figure that does not fit is a claim.

    A typed figure is no deed: where it leaves the drawing by more than the tolerance it must not
    switch on what the law grants to small plots.
    """
    drawn = next((c for c in desk.candidates if c.fact == "plot_area_drawn_m2"), None)
    tolerance = desk.dialect.tolerances["plot_area_share"]
    for i, typed in enumerate(desk.candidates):
        if typed.fact != "plot_area_record_m2" or drawn is None or not drawn.value:
            continue
        share = typed.value / drawn.value - 1
        if abs(share) <= tolerance:
            continue
        of_record = typed.site or typed.by == "map"
        if not of_record:
            desk.candidates[i] = replace(typed, admitted=False)
        code = "record_area_differs" if of_record else "plot_area_differs"
        details = {
            "typed_m2": f"{typed.value:.2f}",
            "drawn_m2": f"{drawn.value:.2f}",
            "share": f"{100 * share:+.1f}",
        }
        at = drawn.witness["at"] if drawn.witness else None
        desk.complaints.append(Complaint(code, "PLOT_BOUNDARY", at, details))


def weigh_access(desk: Desk) -> None:
    """Compare the typed width of access with the drawn way, which may only be narrower farther on.

    The drawn width alone is no fact: nobody drew the way to the main street. Where it is narrower
    than what is typed it takes the place of the typed figure.
    """
    drawn = next((m for m in desk.survey.measures if m.name == "access_drawn"), None)
    if drawn is None:
        return
    found = Candidate(
        "access_width_m",
        drawn.value,
        "measured",
        how_of(drawn),
        (),
        witness_of(drawn),
        admitted=False,
    )
    tolerance = desk.dialect.tolerances["access_m"] + _MEASURED_TO_M
    for i, typed in enumerate(desk.candidates):
        if typed.fact != "access_width_m" or typed.value <= drawn.value + tolerance:
            continue
        if not typed.site:
            desk.candidates[i] = replace(typed, admitted=False)
            found = replace(found, admitted=True)
        layer = drawn.witness.layer if drawn.witness else None
        at = drawn.witness.at if drawn.witness else None
        details = {"typed_m": f"{typed.value:.2f}", "drawn_m": f"{drawn.value:.2f}"}
        desk.complaints.append(Complaint("access_width_differs", layer, at, details))
    desk.add(found)


def say_typed_map(desk: Desk) -> None:
    """Say which typed answers only a map could give."""
    given = {c.fact for c in desk.candidates if c.site or c.by == "map"}
    for measure in desk.survey.measures:
        key = measure.details.get("key", "")
        kind = desk.dialect.keys.get(key, {})
        if measure.typed and kind.get("map") and TYPED.get(measure.name) not in given:
            details = {"key": key, "value": "YES" if measure.value else "NO"}
            at = measure.witness.at if measure.witness else None
            desk.complaints.append(Complaint("typed_is_no_map", "PLAN_INFO", at, details))
