"""Settings: read once at the edge, from ``KMAP_*`` variables and ``.kmap/cluster.json``."""

import json
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """What a deployment may choose; every field has a default that works on a clone."""

    model_config = SettingsConfigDict(env_prefix="KMAP_", frozen=True)

    home: Path = ROOT / ".kmap"
    """Where the private cluster, its password and other local state live."""
    database_url: str = ""
    """PostGIS to use; empty: the private cluster recorded in ``home/cluster.json``."""
    shared: Path = ROOT.parent / "shared"
    """Real plans and layers that are never committed; tests and loaders read them."""
    book: Path = ROOT / "rules" / "book"
    """The rule book's folder."""
    web_assets: Path = ROOT / "api" / "web" / "vendor"
    """Third-party browser files that set-up fetched from npm."""
    base_url: str = "http://127.0.0.1:8600"
    """The public address, for links on papers."""
    max_upload_mb: int = 20
    """Largest drawing accepted at the door, in megabytes."""
    drawings_at_once: Annotated[int, Field(ge=0, le=256)] = 0
    """Drawings read and judged at the same moment; 0: one for each processor."""
    drawings_waiting: Annotated[int, Field(ge=0, le=1000)] = 16
    """Drawings that may wait for that; the next one gets 503 and Retry-After."""
    drawing_memory_mb: Annotated[int, Field(ge=16, le=65_536)] = 512
    """Memory for reading one drawing, in megabytes beyond what the reader itself has mapped."""
    drawing_cpu_s: Annotated[int, Field(ge=1, le=3600)] = 20
    """Processor time for reading one drawing, in seconds."""
    drawing_wall_s: Annotated[float, Field(gt=0, le=3600)] = 40.0
    """Longest time for reading one drawing, in seconds."""

    signing_key: SecretStr = SecretStr("")
    """The key that signs extracts, 64 hex digits; empty: the keys in ``home/keys``, made there."""
    watches_most: Annotated[int, Field(ge=0, le=10_000_000)] = 100_000
    """Most watches of plots that are kept; the next one gets 409."""

    def url(self) -> str:
        """Return the database address, or an empty string when there is none yet."""
        if self.database_url:
            return self.database_url
        record = self.home / "cluster.json"
        return str(json.loads(record.read_text())["url"]) if record.exists() else ""


def load() -> Settings:
    """Read the settings of this process."""
    return Settings()
