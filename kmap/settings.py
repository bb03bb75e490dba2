"""Settings: read once at the edge, from ``KMAP_*`` variables and ``.kmap/cluster.json``."""

import json
from pathlib import Path

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

    def url(self) -> str:
        """Return the database address, or an empty string when there is none yet."""
        if self.database_url:
            return self.database_url
        record = self.home / "cluster.json"
        return str(json.loads(record.read_text())["url"]) if record.exists() else ""


def load() -> Settings:
    """Read the settings of this process."""
    return Settings()
