"""The private PostGIS cluster under ``.kmap/``; the cluster of the system is never touched.

TCP on 127.0.0.1 only, a port of its own, scram passwords, no Unix socket (a long checkout path
would exceed the 107 bytes a socket path may have). PostgreSQL refuses to run as root: there it
runs inside a user namespace as uid 1000; where namespaces are refused, as ``postgres`` through
``runuser`` with its data under ``/var/lib``.
"""

import fcntl
import json
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psycopg

from kmap.errors import ClusterError

USER = "kmap"
DATABASE = "kmap"
START_SECONDS = 60

CONFIG = """
# written by K-MAP
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 80
shared_buffers = 384MB
work_mem = 16MB
maintenance_work_mem = 256MB
effective_cache_size = 2GB
random_page_cost = 1.1
max_wal_size = 2GB
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
"""


@dataclass(frozen=True)
class Cluster:
    """Where the private cluster is: ``how`` is ``direct``, ``unshare`` or ``runuser``."""

    data: str
    port: int
    password: str
    how: str
    bin: str

    @property
    def url(self) -> str:
        """Return the address of the service's database."""
        return self.address(DATABASE)

    def address(self, database: str) -> str:
        """Return the address of a database of this cluster."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a PostgreSQL program as the user it accepts; raises :class:`ClusterError`."""
        done = subprocess.run(
            [*PREFIXES[self.how], f"{self.bin}/{command[0]}", *command[1:]],
            capture_output=True,
            text=True,
            check=False,
            cwd="/",  # user ``postgres`` may not enter the checkout
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
        )
        if done.returncode:
            raise ClusterError(f"{command[0]} failed: {(done.stderr or done.stdout).strip()}")
        return done


PREFIXES = {
    "direct": [],
    "unshare": ["unshare", "--user", "--map-user=1000", "--map-group=1000"],
    "runuser": ["runuser", "-u", "postgres", "--"],
}


def programs() -> str:
    """Return the folder of PostgreSQL's server programs, the newest that has PostGIS."""
    found = [
        path
        for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
        if (path / "initdb").exists()
        and Path(f"/usr/share/postgresql/{path.parent.name}/extension/postgis.control").exists()
    ]
    if not found:
        message = "No PostgreSQL with PostGIS found. Run ./just setup, or set KMAP_DATABASE_URL."
        raise ClusterError(message)
    return str(found[0])


def read(home: Path) -> Cluster | None:
    """Return the recorded cluster of this home, or None."""
    record = home / "cluster.json"
    if not record.exists():
        return None
    kept = json.loads(record.read_text())
    kept.pop("url", None)
    return Cluster(**kept)


def answers(cluster: Cluster) -> bool:
    """Tell whether the cluster takes connections with our password."""
    try:
        psycopg.connect(cluster.address("postgres"), connect_timeout=2).close()
    except psycopg.Error:
        return False
    return True


def ensure(home: Path) -> Cluster:
    """Make the cluster if there is none, start it if it is down, and return it.

    Safe to call from several processes at once. Raises :class:`ClusterError`.
    """
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    with _lock(home):
        cluster = read(home) or _make(home)
        if not answers(cluster):
            cluster = _start(home, cluster)
        _database(cluster)
        return cluster


def stop(home: Path) -> bool:
    """Stop the cluster of this home; tell whether there was one running."""
    cluster = read(home)
    if cluster is None or not answers(cluster):
        return False
    cluster.run("pg_ctl", "-D", cluster.data, "-m", "fast", "-w", "stop")
    return True


@contextmanager
def _lock(home: Path) -> Iterator[None]:
    with (home / "cluster.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _keep(home: Path, cluster: Cluster) -> Cluster:
    record = home / "cluster.json"
    fresh = record.with_suffix(".new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps({**asdict(cluster), "url": cluster.url}, indent=1))
    fresh.replace(record)
    return cluster


def _make(home: Path) -> Cluster:
    """Initialise a cluster in the first way this machine allows."""
    ways = ["unshare", "runuser"] if os.geteuid() == 0 else ["direct"]
    failures = []
    for how in ways:
        data = _fresh_folder(home, how)
        cluster = Cluster(str(data), _free_port(), secrets.token_urlsafe(24), how, programs())
        try:
            _initdb(cluster)
            return _keep(home, cluster)
        except ClusterError as error:
            failures.append(f"{how}: {error}")
            shutil.rmtree(data, ignore_errors=True)
    raise ClusterError("No private cluster could be made here. " + " | ".join(failures))


def _fresh_folder(home: Path, how: str) -> Path:
    """Return a new empty folder; an older cluster without a record is left as it is, never erased.

    User ``postgres`` may be shut out of the checkout: its data go under ``/var/lib``.
    """
    if how != "runuser":
        return Path(tempfile.mkdtemp(prefix="pg-", dir=home))
    folder = Path(tempfile.mkdtemp(prefix="kmap-", dir="/var/lib"))
    shutil.chown(folder, "postgres", "postgres")
    return folder


def _initdb(cluster: Cluster) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".pw") as secret:
        secret.write(cluster.password)
        secret.flush()
        if cluster.how == "runuser":
            shutil.chown(secret.name, "postgres")
        options = ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "-U", USER]
        cluster.run("initdb", "-D", cluster.data, f"--pwfile={secret.name}", *options)
    with (Path(cluster.data) / "postgresql.conf").open("a") as config:
        config.write(CONFIG)


def _start(home: Path, cluster: Cluster) -> Cluster:
    """Start the server, on a new port where another program has taken the old one."""
    if _taken(cluster.port):
        cluster = Cluster(**{**asdict(cluster), "port": _free_port()})
        _keep(home, cluster)
    log = Path(cluster.data) / "kmap.log"
    options = f"-p {cluster.port}"
    # pg_ctl's own wait looks for a Unix socket; we wait for a real connection instead.
    # The server is put in a session of its own so that a Ctrl-C for ours does not reach it.
    command = [f"{cluster.bin}/pg_ctl", "-D", cluster.data, "-l", str(log), "-o", options, "-W"]
    subprocess.run(
        [*PREFIXES[cluster.how], *command, "start"],
        check=False,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while not answers(cluster):
        if time.monotonic() > deadline:
            tail = log.read_text(errors="replace")[-600:] if log.exists() else "(no log)"
            raise ClusterError(
                f"PostgreSQL did not start in {START_SECONDS} s. {log} ends: {tail}"
            )
        time.sleep(0.1)
    return cluster


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _database(cluster: Cluster) -> None:
    """Create the service's database with PostGIS, once."""
    with psycopg.connect(cluster.address("postgres"), autocommit=True) as connection:
        create_database(connection, DATABASE)
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS postgis")


def create_database(connection: psycopg.Connection, name: str) -> None:
    """Create a database unless it is there."""
    there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not there:
        identifier = psycopg.sql.Identifier(name)
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(identifier))
