"""The private cluster: made beside what is there, started again, never erased."""

from pathlib import Path

import psycopg
import pytest

from kmap.errors import ClusterError
from kmap.store import cluster

pytestmark = pytest.mark.db


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home that already holds the leavings of a set-up cut off midway."""
    (tmp_path / "pg-cutoff").mkdir()
    (tmp_path / "pg-cutoff" / "half").write_text("kept")
    return tmp_path


def test_a_cluster_is_made_stopped_and_started_again_with_its_rows(home: Path) -> None:
    made = cluster.ensure(home)
    try:
        with psycopg.connect(made.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS seven")
        assert cluster.stop(home)
        assert not cluster.answers(made)
        again = cluster.ensure(home)
        with psycopg.connect(again.url) as connection:
            assert connection.execute("SELECT seven FROM kept").fetchone() == (7,)
        assert again.data == made.data
    finally:
        cluster.stop(home)
    assert (home / "pg-cutoff" / "half").read_text() == "kept"
    assert (home / "cluster.json").stat().st_mode & 0o077 == 0


def test_a_wrong_password_is_refused(server: str) -> None:
    """Nobody else on the machine gets in through the open port."""
    wrong = psycopg.conninfo.make_conninfo(server, password="guess")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(wrong, connect_timeout=5)


def test_a_machine_without_postgis_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda *_: iter(()))
    with pytest.raises(ClusterError, match="KMAP_DATABASE_URL"):
        cluster.programs()
