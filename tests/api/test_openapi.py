"""The OpenAPI page tells the truth: every operation is asked many things, and held to it."""

import itertools
from typing import Any

import httpx
import psycopg
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = [pytest.mark.db, pytest.mark.slow]
load_all_checks()

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
ASKED = settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


Real = dict[str, Any]
PLOT = """
SELECT public_id, st_x(p), st_y(p), b.id FROM building b
JOIN (SELECT public_id, st_transform(st_pointonsurface(geom), 4326) AS p FROM plot) t
ON t.public_id = b.plot_id ORDER BY b.id LIMIT 1"""


@pytest.fixture(scope="module")
def page(address: str) -> Any:
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


@pytest.fixture(scope="module")
def real(town: str, door: httpx.Client, kl02: bytes) -> Real:
    """Names of things that are there: a plot, a point on it, a building, a scrutiny."""
    with psycopg.connect(town) as db:
        row = db.execute(PLOT).fetchone()
    assert row
    sent = door.post("/v1/scrutiny", files={"file": kl02}).json()
    return {
        "plot_id": row[0],
        "lon": row[1],
        "lat": row[2],
        "building_id": row[3],
        "scrutiny_id": sent["id"],
        "key": sent["key"],
    }


def come_true(case: Any, real: Real) -> None:
    """Let a made-up request name things that are there; its other parameters stay."""
    for name in case.path_parameters or {}:
        case.path_parameters[name] = real.get(name, case.path_parameters[name])
    query = dict(case.query or {})
    if case.path in ("/v1/land", "/v1/extract.html", "/v1/extract.pdf"):
        query = {name: query[name] for name in ("as_of", "lang") if name in query}
        query |= {"lon": real["lon"], "lat": real["lat"]}
    if "scrutiny_id" in (case.path_parameters or {}):
        query["key"] = real["key"]
    case.query = query


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: str(mode.value))
def test_every_operation_keeps_what_its_page_says(
    page: Any, real: Real, mode: GenerationMode
) -> None:
    broken = {}
    for result in page.get_all_operations():
        operation = result.ok()
        papers = any(word in operation.path for word in ("extract", "report", "overlay"))
        changes = operation.method.upper() in ("DELETE", "POST")
        rounds = itertools.count()

        @ASKED
        @given(case=operation.as_strategy(generation_mode=mode))
        def asked(case: Any) -> None:
            turn = next(rounds)  # noqa: B023  # called before the next turn of the loop
            often = 10 if papers else 2  # noqa: B023  # papers take a second each
            if mode is GenerationMode.POSITIVE and not changes and turn % often == 0:  # noqa: B023
                come_true(case, real)
            # What fits the schema may yet name no plot or no fact: that is a 404 or a 422.
            case.call_and_validate(excluded_checks=[positive_data_acceptance], timeout=60)

        try:
            asked()
        except Unsatisfiable:
            continue  # an operation without parameters cannot be asked wrongly
        except (Exception, BaseExceptionGroup) as failure:  # noqa: BLE001  # each is a finding
            broken[operation.label] = failure
    assert not broken, "\n\n".join(f"{label}: {why}" for label, why in broken.items())


def test_the_page_itself_is_valid_openapi(door: httpx.Client) -> None:
    validate(door.get("/openapi.json").json())


def test_every_refusal_on_the_page_is_problem_json(door: httpx.Client) -> None:
    for path in door.get("/openapi.json").json()["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert set(answer["content"]) <= {"application/problem+json"}
