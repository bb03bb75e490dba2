"""Verbs in modules of their own, imported when asked for: some need the land, and seconds."""

import importlib
from collections.abc import Mapping

import click


def with_more(modules: Mapping[str, str]) -> type[click.Group]:
    """Return a kind of group that also has these verbs: name -> module with a ``command``."""

    class WithMore(click.Group):
        """The verbs of this module, and those of others."""

        def list_commands(self, ctx: click.Context) -> list[str]:
            """Name the verbs in order."""
            return sorted({*super().list_commands(ctx), *modules})

        def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
            """Return a verb, importing its module if it has one of its own."""
            if cmd_name in modules:
                found: click.Command = importlib.import_module(modules[cmd_name]).command
                return found
            return super().get_command(ctx, cmd_name)

    return WithMore
