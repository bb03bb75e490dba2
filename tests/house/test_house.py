"""The house rules that no linter knows; each test says its reason."""

import ast
import importlib
import importlib.metadata
import inspect
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from kmap.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("rules", "gis", "kmap", "api")
MODULE_LINES = 400
FUNCTION_LINES = 50


def modules() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_no_module_is_longer_than_a_person_reads_at_once() -> None:
    long = {str(p.relative_to(ROOT)): n for p in modules() if (n := lines(p)) > MODULE_LINES}
    assert not long


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {body_lines(node)}"
        for path in modules()
        if "migrations" not in path.parts
        for node in functions(path)
        if body_lines(node) > FUNCTION_LINES
    ]
    assert not long


def test_each_room_is_ours_and_only_ours() -> None:
    """``rules``, ``gis``, ``kmap`` and ``api`` are also other people's projects on the index."""
    owners = importlib.metadata.packages_distributions()
    for room in ROOMS:
        assert set(owners.get(room, ["kmap-permits"])) == {"kmap-permits"}
        assert Path(importlib.import_module(room).__file__ or "").is_relative_to(ROOT / room)


def test_tests_have_no_package_files() -> None:
    """A ``tests/rules/__init__.py`` would shadow the real ``rules``."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


def test_the_rule_book_holds_data_only() -> None:
    assert not list((ROOT / "rules" / "book").rglob("*.py"))


def test_the_top_level_names_are_there() -> None:
    wanted = "rules gis kmap api data notebooks tests pyproject.toml justfile just README.md"
    assert not [name for name in wanted.split() if not (ROOT / name).exists()]


def test_ci_runs_the_readme_s_test_command() -> None:
    assert "./just test" in (ROOT / "README.md").read_text()
    assert "./just test" in (ROOT / ".ci" / "run").read_text()


def test_the_lock_names_no_address_and_pins_every_package_by_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    packages = re.findall(r"^[A-Za-z0-9_.-]+(?:\[.*?\])?==", lock, re.MULTILINE)
    assert len(packages) > 50
    assert lock.count("--hash=sha256:") >= len(packages)


def test_every_setting_says_what_it_is() -> None:
    source = inspect.getsource(Settings)
    documented = re.findall(r'^    (\w+): .*?\n    """', source, re.MULTILINE)
    assert set(Settings.model_fields) == set(documented)
    reference = (ROOT / "docs" / "settings.md").read_text()
    missing = [name for name in Settings.model_fields if f"KMAP_{name.upper()}" not in reference]
    assert not missing


def errors() -> list[type[Exception]]:
    found = []
    for room in ROOMS:
        package = importlib.import_module(room)
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            if "migrations" in info.name or info.name.endswith("__main__"):
                continue
            module = importlib.import_module(info.name)
            found += [
                thing
                for thing in vars(module).values()
                if inspect.isclass(thing)
                and issubclass(thing, Exception)
                and thing.__module__ == info.name
            ]
    return found


def test_every_error_is_named_once_coded_once_and_explained() -> None:
    kinds = errors()
    assert kinds
    assert not [kind.__qualname__ for kind in kinds if not inspect.getdoc(kind)]
    coded = [kind for kind in kinds if not kind.__name__.startswith("_")]
    assert not [kind.__qualname__ for kind in coded if "code" not in vars(kind)]
    codes = Counter(str(vars(kind)["code"]) for kind in coded)
    assert not [code for code, count in codes.items() if count > 1]


@pytest.mark.parametrize("name", ["TODO", "FIXME", "XXX"])
def test_nothing_is_left_for_later_in_the_code(name: str) -> None:
    assert not [str(p) for p in modules() if re.search(rf"\b{name}\b", p.read_text())]
