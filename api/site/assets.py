"""The browser's files: ours in ``api/web/static``, other projects' in ``vendor``.

Every file is known by name before the first request, so a path from outside is only ever a key
of a dictionary. The address carries a version made from all files' bytes: files can be kept for
ever by a browser, and relative imports and fonts stay within one version.
"""

import gzip
import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
}
"""The only kinds of file that are served."""
FOR_EVER = "public, max-age=31536000, immutable"
NOT_SERVED = {"axe.min.js"}
"""Test tools that live beside the vendor files."""


@dataclass(frozen=True)
class Asset:
    """One file, read once, and compressed once when a browser takes gzip."""

    path: Path
    kind: str

    @cached_property
    def body(self) -> bytes:
        """Return the file's bytes."""
        return self.path.read_bytes()

    @cached_property
    def packed(self) -> bytes:
        """Return the bytes compressed with gzip."""
        return gzip.compress(self.body, mtime=0)

    def response(self, accepts: str) -> Response:
        """Answer with the file, compressed when ``accepts`` (Accept-Encoding) names gzip."""
        headers = {"cache-control": FOR_EVER, "vary": "accept-encoding"}
        headers["x-content-type-options"] = "nosniff"
        if "gzip" in accepts and self.kind.startswith("text/"):
            headers["content-encoding"] = "gzip"
            return Response(self.packed, media_type=self.kind, headers=headers)
        return Response(self.body, media_type=self.kind, headers=headers)


@dataclass(frozen=True)
class Assets:
    """All files by their name, and the version that stands in their address."""

    files: dict[str, Asset] = field(default_factory=dict)
    version: str = "0"

    def url(self, name: str) -> str:
        """Return the address of a file; KeyError when there is no such file."""
        if name not in self.files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def answer(self, request: Request, name: str) -> Response:
        """Serve a file by name. Raises HTTPException 404, answered as all errors are."""
        asset = self.files.get(name)
        if asset is None:
            raise HTTPException(404)
        return asset.response(request.headers.get("accept-encoding", ""))


def _found(root: Path, prefix: str) -> dict[str, Asset]:
    files = sorted(p for p in root.rglob("*") if p.suffix in TYPES and p.name not in NOT_SERVED)
    return {prefix + p.relative_to(root).as_posix(): Asset(p, TYPES[p.suffix]) for p in files}


def find_assets(static: Path, vendor: Path) -> Assets:
    """List the files of both folders; an absent ``vendor`` leaves the pages without a map."""
    files = _found(static, "") | _found(vendor, "vendor/")
    digest = hashlib.sha256()
    for name, asset in files.items():
        digest.update(name.encode() + b"\0" + asset.path.read_bytes())
    return Assets(files, digest.hexdigest()[:12])
