"""The OpenAPI page tells the truth: every operation is asked many things, and held to it."""

from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from openapi_spec_validator import validate
from schemathesis.checks import load_all_checks
from schemathesis.specs.openapi.checks import positive_data_acceptance

pytestmark = [pytest.mark.db, pytest.mark.slow]
load_all_checks()


@pytest.fixture(scope="session")
def api_page(address: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{address}/openapi.json")


page = schemathesis.pytest.from_fixture("api_page")


@page.parametrize()
@settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_keeps_what_its_page_says(case: schemathesis.Case[Any]) -> None:
    # What fits the schema may still name a plot or a fact that is none: that is a 422 or a 404.
    case.call_and_validate(excluded_checks=[positive_data_acceptance], timeout=60)


def test_the_page_itself_is_valid_openapi(door: httpx.Client) -> None:
    validate(door.get("/openapi.json").json())


def test_every_refusal_on_the_page_is_problem_json(door: httpx.Client) -> None:
    for path in door.get("/openapi.json").json()["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                if int(status) >= 400:
                    assert set(answer["content"]) <= {"application/problem+json"}
