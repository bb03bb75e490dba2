"""A fit as plain JSON, as the details of a complaint, and as a sentence in both languages."""

from typing import Any

from gis import placement
from gis.drawing.complaints import as_json
from gis.model import Complaint
from gis.placement import Fit, Laid
from kmap.land.words import words
from kmap.store.parcels import Parcel

Json = dict[str, Any]
SAYS_ALL = ("parcel_not_found", "typed_parcel_not_found")
"""Complaints that say themselves that the scrutiny goes on without the land."""


def best_of(laid: Laid) -> Fit:
    """Return the best fit; of two sound outlines there always is one."""
    assert laid.best is not None  # noqa: S101 - only of two sound outlines
    return laid.best


def details_of(laid: Laid, parcel: Parcel) -> dict[str, str]:
    """Return what a complaint tells of a fit and its limits."""
    fit = laid.best
    if fit is None:
        return {"plot": parcel.row["public_id"]}
    return {
        "plot": parcel.row["public_id"],
        "rms_m": f"{fit.rms_m:.2f}",
        "worst_m": f"{fit.worst_m:.2f}",
        "share": f"{fit.area_pct:+.1f}",
        "limit_m": f"{placement.limits().rms_most(parcel.shape.area, parcel.accuracy_m):.2f}",
        "most_pct": f"{placement.limits().area_most_pct:g}",
    }


def fit_json(fit: Fit, laid: Laid, settled: str | None) -> Json:
    """Return a fit, the other ways round, and what settled it, as plain JSON."""
    other = laid.second
    if other is fit:
        other = laid.best
    return {
        "rms_m": round(fit.rms_m, 3),
        "worst_m": round(fit.worst_m, 3),
        "area_pct": round(fit.area_pct, 2),
        "iou_pct": round(100 * fit.iou, 2),
        "settled_by": settled,
        "ways_round": [
            {"angle_deg": round(f.motion.angle_deg, 2), "rms_m": round(f.rms_m, 3)}
            for f in (laid.best, *laid.rivals)
            if f is not None
        ],
        "second": _turn(other),
        "mirror_rms_m": round(laid.mirror.rms_m, 3) if laid.mirror else None,
    }


def _turn(fit: Fit | None) -> Json | None:
    if fit is None:
        return None
    return {"angle_deg": round(fit.motion.angle_deg, 2), "rms_m": round(fit.rms_m, 3)}


def transform_json(fit: Fit) -> Json:
    """Return the turn and the shift, to a millionth of a degree and a tenth of a millimetre."""
    motion = fit.motion
    return {
        "angle_deg": round(motion.angle_deg, 6),
        "origin": [round(v, 4) for v in motion.origin],
        "to": [round(v, 4) for v in motion.to],
        "scale": 1.0,
        "crs": "EPSG:32643",
    }


def signed(pct: float) -> str:
    """Write per cent with its sign; nothing has none."""
    return f"{pct:+.1f}" if abs(pct) >= 0.05 else "0.0"


def says(key: str, fit: Fit, plot: Json) -> Json:
    """Say a placement in one sentence, in both languages."""
    text = words()["placement"][key]
    return {
        lang: text[lang].format(
            survey=plot["survey"],
            village=plot["village"][lang],
            rms=f"{fit.rms_m:.2f}",
            worst=f"{fit.worst_m:.2f}",
            area=signed(fit.area_pct),
            angle=f"{fit.motion.angle_deg:.1f}",
        )
        for lang in ("en", "ml")
    }


def refusal(complaint: Complaint) -> Json:
    """Say why a drawing was not laid on the register, and that the scrutiny goes on without it."""
    message = as_json(complaint)["message"]
    if complaint.code in SAYS_ALL:
        return dict(message)
    after = words()["placement"]["refused"]
    return {lang: f"{message[lang]} {after[lang]}" for lang in ("en", "ml")}
