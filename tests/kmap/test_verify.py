"""An extract is genuine or it is not: every bit, every member, every key."""

import base64
import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from kmap.cli.verify import command
from kmap.land.canonical import NotCanonicalError, canonical, name_of
from kmap.papers import verify
from kmap.papers.certificate import Certificate
from kmap.papers.content import Proof, envelope, extract_of, geojson, pack
from kmap.papers.extract import extract_html, extract_pdf
from kmap.papers.keys import Key, KeysError, Ring
from kmap.papers.seal import code_text, sealed, sealed_geojson, sign
from kmap.papers.verdict import as_json, exit_status, words
from kmap.papers.verify import check, check_code

HERE = Path(__file__).parent
SEED = 20_261_126
BASE = "https://kmap.example"


@pytest.fixture(scope="module")
def ring(tmp_path_factory: pytest.TempPathFactory) -> Ring:
    return Ring(tmp_path_factory.mktemp("home") / "keys")


@pytest.fixture(scope="module")
def keys(ring: Ring) -> dict[str, Any]:
    ring.signer()
    return ring.published()


@pytest.fixture(scope="module")
def extract() -> dict[str, Any]:
    answer = json.loads((HERE / "papers_land.json").read_text("utf-8"))
    answer.setdefault("loads", [{"id": 7, "kind": "plots", "date": None, "checksum": "ab"}])
    return extract_of(answer, [], "A1")


@pytest.fixture(scope="module")
def proof(ring: Ring, extract: dict[str, Any]) -> Proof:
    return sign(pack(extract)[1], extract["asked"], ring.signer())


@pytest.fixture(scope="module")
def files(ring: Ring, extract: dict[str, Any], proof: Proof) -> dict[str, bytes]:
    key, answer = ring.signer(), extract["answer"]
    told = Certificate(proof, code_text(BASE, proof, extract["asked"]), BASE)
    file = envelope(extract, proof)
    return {
        "json": file,
        "geojson": sealed_geojson(geojson(extract, proof.id), proof.id, key),
        "html": sealed(extract_html(answer, "ml", (), told).encode(), "html", proof.id, key),
        "pdf": sealed(extract_pdf(answer, "en", (), told, file), "pdf", proof.id, key),
    }


@pytest.mark.parametrize("kind", ["json", "geojson", "html", "pdf"])
def test_what_was_issued_is_genuine(files: Any, keys: Any, proof: Proof, kind: str) -> None:
    found = check(files[kind], keys)
    assert (found.code, found.id, found.key) == ("genuine", proof.id, proof.key)


@pytest.mark.parametrize(
    ("kind", "flips"), [("json", 400), ("geojson", 400), ("html", 2000), ("pdf", 3000)]
)
def test_no_flipped_bit_passes(files: Any, keys: Any, kind: str, flips: int) -> None:
    draw = random.Random(SEED)
    whole = files[kind]
    tail = range(8 * (len(whole) - 260), 8 * len(whole))  # the seal itself, more densely
    places = [draw.randrange(8 * len(whole)) for _ in range(flips)] + draw.sample(tail, flips // 4)
    passed = []
    for place in places:
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        if check(bytes(changed), keys).genuine:
            passed.append(place)
    assert passed == []


def test_every_bit_of_a_proof_counts(files: Any, keys: Any, proof: Proof) -> None:
    whole = files["json"]
    at = whole.rindex(b'"proof"')
    for place in range(8 * at, 8 * len(whole), 3):
        changed = bytearray(whole)
        changed[place // 8] ^= 1 << place % 8
        assert not check(bytes(changed), keys).genuine, place


@pytest.mark.parametrize("kind", ["json", "html", "pdf"])
@pytest.mark.parametrize("edit", ["cut", "grow", "double", "front", "empty"])
def test_no_cut_or_grown_file_passes(files: Any, keys: Any, kind: str, edit: str) -> None:
    whole = files[kind]
    changed = {
        "cut": whole[:-1],
        "grow": whole + b"\n",
        "double": whole + whole,
        "front": b" " + whole,
        "empty": b"",
    }[edit]
    assert not check(changed, keys).genuine


def members(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    here = [path] if path else []
    if isinstance(value, dict):
        return here + [p for key in value for p in members(value[key], (*path, key))]
    if isinstance(value, list):
        return here + [p for at, one in enumerate(value) for p in members(one, (*path, at))]
    return here


def edited(file: bytes, path: tuple[Any, ...], how: str) -> bytes:
    value = json.loads(file)
    parent = value
    for step in path[:-1]:
        parent = parent[step]
    last = path[-1]
    if how == "drop":
        del parent[last]
    elif how == "null":
        parent[last] = None if parent[last] is not None else 1
    elif how == "grow":
        parent[last] = [parent[last]]
    elif isinstance(parent, dict):
        parent[f"{last}x"] = parent.pop(last)
    else:
        parent.insert(last, parent[last])
    return canonical(value)


@pytest.mark.parametrize("how", ["drop", "null", "grow", "rename"])
def test_no_member_dropped_changed_or_renamed_passes(files: Any, keys: Any, how: str) -> None:
    draw = random.Random(SEED)
    for path in draw.sample(members(json.loads(files["json"])), 150):
        found = check(edited(files["json"], path, how), keys)
        assert not found.genuine, (path, how)


def test_a_file_written_anew_is_told_from_an_altered_one(files: Any, keys: Any) -> None:
    value = json.loads(files["json"])
    assert check(json.dumps(value, indent=1).encode(), keys).code == "rewritten"
    value["extract"]["answer"]["plot"]["drawn_area_m2"] += 0.01
    assert check(canonical(value), keys).code == "altered"


def test_a_key_standing_twice_is_refused(files: Any, keys: Any) -> None:
    twice = files["json"].replace(b'{"extract":', b'{"extract":{},"extract":', 1)
    assert check(twice, keys).code == "not_an_extract"


@pytest.mark.parametrize(
    "junk",
    [
        *(b"", b"[]", b"{}", b"nonsense", b"%PDF-1.7 nothing", b"<!doctype html>", b"[" * 99_999),
        *(b'{"extract": {}, "proof": {}}', b'{"a": NaN}', b'{"a": 1e999}', b'{"a": "\\ud800"}'),
    ],
)
def test_junk_is_not_an_extract(keys: Any, junk: bytes) -> None:
    assert check(junk, keys).code in ("not_an_extract", "altered")
    assert not check(junk, keys).genuine


def test_another_extract_s_proof_or_attachment_does_not_pass(
    ring: Ring, extract: Any, proof: Proof, keys: Any
) -> None:
    other = {**extract, "asked": {**extract["asked"], "plot": "X:1:2:3"}}
    assert check(envelope(other, proof), keys).code == "altered"
    own = sign(pack(other)[1], other["asked"], ring.signer())
    html = extract_html(extract["answer"], "en")
    from kmap.papers import paper  # noqa: PLC0415

    swapped = sealed(paper.pdf(html, envelope(other, own)), "pdf", proof.id, ring.signer())
    assert check(swapped, keys).code == "altered"


def test_keys_decide(files: Any, keys: Any) -> None:
    def with_status(status: str) -> Any:
        return {"keys": [{**key, "status": status} for key in keys["keys"]]}

    for kind in files:
        assert check(files[kind], with_status("retired")).code == "retired_key"
        assert check(files[kind], with_status("revoked")).code == "revoked_key"
        assert check(files[kind], {"keys": []}).code == "unknown_key"
        strange = base64.urlsafe_b64encode(Key(b"\1" * 32, datetime.now(UTC)).public).decode()
        other = {"keys": [{**keys["keys"][0], "x": strange.rstrip("=")}]}
        assert check(files[kind], other).code == "altered"


def test_the_code_on_a_paper_is_checked_without_the_paper(
    extract: Any, proof: Proof, keys: Any
) -> None:
    text = code_text(BASE, proof, extract["asked"])
    found = check_code(text, keys)
    assert found.code == "genuine"
    assert found.asked == {name: extract["asked"][name] for name in ("plot", "as_of", "use")}
    draw = random.Random(SEED)
    signed = text.index("/x/") + 3
    for _ in range(600):
        at = draw.randrange(signed, len(text))
        other = draw.choice([c for c in "0123456789abcdefAZ-_.%#:" if c != text[at]])
        changed = text[:at] + other + text[at + 1 :]
        assert not check_code(changed, keys).genuine, changed


def test_the_pdf_carries_the_signed_extract_and_is_the_same_again(
    files: Any, extract: Any, proof: Proof, ring: Ring
) -> None:
    attached = PdfReader(BytesIO(files["pdf"])).attachments[verify.ATTACHED]
    assert attached == [files["json"]]
    told = Certificate(proof, code_text(BASE, proof, extract["asked"]), BASE)
    again = extract_pdf(extract["answer"], "en", (), told, files["json"])
    assert sealed(again, "pdf", proof.id, ring.signer()) == files["pdf"]


def test_the_verifier_stands_alone(files: Any, keys: Any, tmp_path: Path) -> None:
    script = tmp_path / "verify.py"
    script.write_bytes(Path(verify.__file__).read_bytes())
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    (tmp_path / "a.pdf").write_bytes(files["pdf"])
    (tmp_path / "b.pdf").write_bytes(files["pdf"].replace(b"K-MAP-SEAL", b"K-MAP-SEAX"))
    done = [
        subprocess.run(
            [sys.executable, "-I", script, tmp_path / name, tmp_path / "keys.json"],
            capture_output=True,
            text=True,
            check=False,
        )
        for name in ("a.pdf", "b.pdf")
    ]
    assert [one.returncode for one in done] == [0, 1]
    assert done[0].stdout.startswith("genuine ")


def test_the_command_says_it_in_both_languages_with_its_status(
    files: Any, keys: Any, tmp_path: Path
) -> None:
    (tmp_path / "keys.json").write_text(json.dumps(keys))
    (tmp_path / "good.pdf").write_bytes(files["pdf"])
    (tmp_path / "bad.html").write_bytes(files["html"].replace(b"<h1>", b"<h1 >", 1))
    given = ["--keys", str(tmp_path / "keys.json")]
    good = CliRunner().invoke(command, [str(tmp_path / "good.pdf"), *given])
    bad = CliRunner().invoke(command, [str(tmp_path / "bad.html"), *given, "--lang", "ml"])
    assert (good.exit_code, bad.exit_code) == (0, 4)
    assert good.output.startswith("genuine: Genuine.")
    assert bad.output.startswith("altered: മാറ്റം വരുത്തിയത്.")


def test_every_verdict_has_its_words_and_status(files: Any, keys: Any) -> None:
    for code in words():
        told = as_json(verify.Verdict(code))
        assert told["says"]["en"]
        assert told["says"]["ml"]
        assert (exit_status(verify.Verdict(code)) == 0) == verify.Verdict(code).genuine


def test_canonical_json_is_rfc_8785() -> None:
    """The example of RFC 8785, section 3.2.2 and 3.2.3."""
    value = {
        "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f",
        "literals": [None, True, False],
    }
    assert canonical(value).decode() == (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert name_of(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    for bad in (float("nan"), 2**53 + 1, "\ud800"):
        with pytest.raises(NotCanonicalError):
            canonical([bad])


def test_rotation_overlaps_and_old_papers_stay_good(tmp_path: Path, extract: Any) -> None:
    ring = Ring(tmp_path / "keys")
    first = ring.signer()
    old = envelope(extract, sign(pack(extract)[1], extract["asked"], first))
    second = ring.rotate(timedelta(days=7))
    assert ring.signer().id == second.id != first.id
    assert check(old, ring.published()).code == "genuine"
    ring.rotate(timedelta(0))
    status = {key["kid"]: key["status"] for key in ring.published()["keys"]}
    assert status[second.id] == "retired"
    assert status[first.id] == "active"  # within its own overlap
    late = datetime.now(UTC) + timedelta(days=8)
    assert next(k for k in ring._keys() if k.id == first.id).status(late) == "retired"
    ring.revoke(first.id)
    assert check(old, ring.published()).code == "revoked_key"


def test_keys_are_for_their_owner_alone(tmp_path: Path) -> None:
    ring = Ring(tmp_path / "keys")
    key = ring.signer()
    path = tmp_path / "keys" / f"{key.id}.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert key.secret.hex() not in json.dumps(ring.published())
    path.chmod(0o640)
    with pytest.raises(KeysError, match="read by others"):
        ring.signer()
    path.chmod(0o600)
    path.write_text(path.read_text().replace('"secret": "', '"secret": "00'))
    with pytest.raises(KeysError, match="damaged"):
        ring.signer()


def test_a_key_of_the_settings_signs_and_those_kept_still_verify(
    tmp_path: Path, extract: Any
) -> None:
    kept = Ring(tmp_path / "keys")
    old = envelope(extract, sign(pack(extract)[1], extract["asked"], kept.signer()))
    given = Ring(tmp_path / "keys", "11" * 32)
    assert given.signer().secret == b"\x11" * 32
    assert check(old, given.published()).code == "genuine"
    with pytest.raises(KeysError, match="64 hex digits"):
        Ring(tmp_path / "keys", "11").signer()
