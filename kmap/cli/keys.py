"""``kmap keys``: the keys that sign extracts."""

import json
from datetime import timedelta

import click

from kmap import settings
from kmap.services import ring_of


@click.group()
def command() -> None:
    """List, change or revoke the keys that sign extracts.

    They lie below KMAP_HOME/keys, readable by the service's user alone. The public halves are at
    /.well-known/kmap-keys.json; `kmap verify --keys` takes that file.
    """


@command.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="The public halves as a JWK set.")
def list_keys(as_json: bool) -> None:
    """List the keys, the newest first; the first key is made when there is none."""
    ring = ring_of(settings.load())
    ring.signer()
    found = ring.published()
    if as_json:
        click.echo(json.dumps(found))
        return
    for key in found["keys"]:
        until = key["until"] or "–"
        click.echo(f"{key['kid']}  {key['status']:8} {key['from']}  {until}")


@command.command()
@click.option("--overlap-days", type=click.FloatRange(0, 365), default=7, show_default=True)
def rotate(overlap_days: float) -> None:
    """Make a new key, in use from now on; those before it may sign until the overlap is over.

    What they signed stays genuine. A key given as KMAP_SIGNING_KEY is changed there.
    """
    key = ring_of(settings.load()).rotate(timedelta(days=overlap_days))
    click.echo(key.id)


@command.command()
@click.argument("key")
def revoke(key: str) -> None:
    """Revoke a key that got out: what it signed is no longer genuine by its signature alone.

    The page of an extract (/x/NUMBER) still tells which extracts were really issued. Make a new
    key with `kmap keys rotate`.
    """
    click.echo(ring_of(settings.load()).revoke(key).id)
