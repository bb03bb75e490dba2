"""``kmap verify``: is this extract genuine? Without server, database or network."""

import json
from pathlib import Path
from typing import Any

import click

from kmap import settings
from kmap.land.errors import LayerUnreadableError
from kmap.papers.verdict import MAX_FILE, as_json, exit_status
from kmap.papers.verify import Verdict, check, check_code
from kmap.services import ring_of

LABELS = {
    "id": {"en": "number", "ml": "നമ്പർ"},
    "key": {"en": "key", "ml": "താക്കോൽ"},
    "plot": {"en": "plot", "ml": "പ്ലോട്ട്"},
    "as_of": {"en": "law and registers of", "ml": "നിയമവും രജിസ്റ്ററുകളും"},
    "use": {"en": "use", "ml": "ഉപയോഗം"},
}


@click.command()
@click.argument(
    "file", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=False
)
@click.option("--code", "text", help="What a phone reads from the code on the paper.")
@click.option(
    "--keys",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The issuer's /.well-known/kmap-keys.json; else the keys of this installation.",
)
@click.option("--lang", type=click.Choice(["en", "ml"]), default="en", show_default=True)
@click.option("--json", "as_printed", is_flag=True, help="Print the verdict as JSON.")
def command(
    file: Path | None, text: str | None, key_file: Path | None, lang: str, as_printed: bool
) -> None:
    """Say whether an extract (PDF, HTML, GeoJSON, JSON) or the code on a paper is genuine.

    Exit status: 0 genuine (also by a key since replaced), 4 altered or rewritten, 5 the key is
    not among those given, 6 the key was revoked, 7 not a signed extract; 1 a coded error.
    """
    if (file is None) == (text is None):
        raise click.UsageError("Give a FILE, or --code TEXT.")
    keys = _keys(key_file)
    verdict = check_code(text, keys) if text is not None else check(_bytes(file), keys)
    if as_printed:
        click.echo(json.dumps(as_json(verdict), ensure_ascii=False))
    else:
        _print(verdict, lang)
    raise SystemExit(exit_status(verdict))


def _bytes(file: Path | None) -> bytes:
    path = file or Path()
    if path.stat().st_size > MAX_FILE:
        raise LayerUnreadableError(f"{path} is larger than any extract.", f"{path} വളരെ വലുതാണ്.")
    return path.read_bytes()


def _keys(file: Path | None) -> Any:
    if file is None:
        return ring_of(settings.load()).published()
    try:
        found = json.loads(file.read_bytes())
        assert all(isinstance(one["kid"] + one["x"], str) for one in found["keys"])  # noqa: S101
    except (ValueError, KeyError, TypeError, AssertionError):
        raise click.BadParameter("this is not a JWK set of keys", param_hint="--keys") from None
    return found


def _print(verdict: Verdict, lang: str) -> None:
    told = as_json(verdict)
    click.echo(f"{told['code']}: {told['says'][lang]}")
    rows = {"id": told["id"], "key": told["key"], **(told["asked"] or {})}
    for name, value in rows.items():
        if value and name in LABELS:
            click.echo(f"  {LABELS[name][lang]}: {value}")
    if told["summary"]:
        click.echo(f"  {(told['summary']['description'] or {}).get(lang, '')}")
