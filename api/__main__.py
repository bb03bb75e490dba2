"""Serve K-MAP on this machine: ``python -P -m api [--port 8600]``."""

import sys

import click
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from kmap import settings
from kmap.errors import KmapError
from kmap.services import build_services
from rules import BookError


def server(app: FastAPI, port: int, log_level: str = "info") -> uvicorn.Server:
    """Return the server of this machine, not yet running; port 0 takes a free one."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host="127.0.0.1",
            port=port,
            log_level=log_level,
            access_log=False,  # addresses carry keys
            server_header=False,
            proxy_headers=False,  # a client must not choose the address it is counted by
            timeout_keep_alive=10,
            limit_concurrency=400,
        )
    )


@click.command()
@click.option("--port", default=8600, show_default=True, type=click.IntRange(1, 65535))
def main(port: int) -> None:
    """Serve the site and the API on 127.0.0.1 until interrupted.

    Status 1: the database is away or the rule book cannot be used; the message says what to do.
    """
    try:
        services = build_services(settings.load())
    except (KmapError, BookError) as error:
        click.echo(f"{error.code}: {error}", err=True)
        sys.exit(1)
    services.readers.start()
    try:
        server(create_app(services), port).run()
    finally:
        services.close()


if __name__ == "__main__":
    main()
