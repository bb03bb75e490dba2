"""Receiving a drawing: a multipart form streamed to disk, sniffed before anything reads it."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.reading import read_json
from api.refusals import BadMultipartError, BadQueryError, NotADrawingError, WrongMediaError

FIELD_BYTES = 150_000
"""Largest text field of the form, in bytes."""
PLACE = ("survey", "plot", "near", "within")
"""Text fields that say which parcel a drawing is for, at most one of them."""
FIELDS = ("site", "as_of", "building", *PLACE)
"""Text fields the form of the API may hold, each once."""
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive"),
    (b"PK\x05\x06", "a zip archive"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a rar archive"),
)


@dataclass(frozen=True)
class Upload:
    """A received drawing: where it lies on disk, and the form's text fields."""

    path: Path
    fields: Mapping[str, str]

    def site(self) -> dict[str, Any]:
        """Return the site facts; an empty object when none came. Raises BadJsonError."""
        text = self.fields.get("site", "")
        found = read_json(text.encode("utf-8", "surrogatepass")) if text.strip() else {}
        if not isinstance(found, dict):
            raise BadQueryError(
                "site must be a JSON object of facts.", "site എന്നത് വിവരങ്ങളുടെ JSON object ആകണം."
            )
        return found


@asynccontextmanager
async def receive(request: Request, names: Collection[str] = FIELDS) -> AsyncIterator[Upload]:
    """Stream the form to disk and give its drawing; the file is gone afterwards.

    ``names`` are the text fields the form may hold, each once.

    Raises WrongMediaError, BadMultipartError, NotADrawingError, TooLargeError, SlowBodyError.
    """
    media = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media != "multipart/form-data":
        raise WrongMediaError(
            "Send the drawing as multipart/form-data with the field file.",
            "ഡ്രോയിങ് multipart/form-data ആയി file എന്ന പേരിൽ അയയ്ക്കുക.",
        )
    try:
        form = await request.form(max_files=1, max_fields=24, max_part_size=FIELD_BYTES)
    except HTTPException as error:  # how Starlette reports a malformed form
        raise BadMultipartError(
            f"The form cannot be read: {str(error.detail)[:120]}", "അയച്ച ഫോം വായിക്കാനായില്ല."
        ) from None
    try:
        file, fields = _parts(form, names)
        with tempfile.TemporaryDirectory(prefix="kmap-upload-") as folder:
            path = Path(folder) / "drawing.dxf"  # a name of ours: the sender's is never a path
            await run_in_threadpool(_keep, file, path)
            yield Upload(path, fields)
    finally:
        await form.close()


def _parts(form: FormData, known: Collection[str]) -> tuple[UploadFile, dict[str, str]]:
    files = [value for key, value in form.multi_items() if isinstance(value, UploadFile)]
    texts = [(key, value) for key, value in form.multi_items() if isinstance(value, str)]
    names = [key for key, _ in texts]
    wrong = [name for name in names if name not in known or names.count(name) > 1]
    if wrong:
        name = wrong[0][:40].encode("utf-8", "replace").decode()
        raise BadMultipartError(
            f"The field {name} is unknown or given twice; known: file, {', '.join(known)}.",
            f"{name} എന്ന ഭാഗം അറിയാത്തതോ രണ്ടുതവണ നൽകിയതോ ആണ്.",
        )
    if len(files) != 1 or "file" not in form or form["file"] is not files[0]:
        raise BadMultipartError(
            "Send exactly one drawing, as a file in the field file.",
            "ഒരു ഡ്രോയിങ് മാത്രം file എന്ന ഭാഗത്ത് അയയ്ക്കുക.",
        )
    return files[0], dict(texts)


def _keep(file: UploadFile, path: Path) -> None:
    file.file.seek(0)
    head = file.file.read(4096)
    sniff(head)
    file.file.seek(0)
    with path.open("wb") as out:
        shutil.copyfileobj(file.file, out, 1 << 20)


def sniff(head: bytes) -> None:
    """Refuse what is plainly another kind of file by its first bytes, whatever its name.

    What might be a DXF goes on to the reader, whose complaints say what is wrong with it.
    """
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise NotADrawingError("The file is empty. Send a DXF drawing.", "ഫയലിൽ ഒന്നുമില്ല.")
    if head[:2] == b"AC" and head[2:6].isdigit():
        kind = "a DWG drawing; save it as DXF (2013 or later) and send that"
    elif start[:1] == b"<":
        kind = "a web page or XML"
    elif start[:1] == b"{":
        kind = "JSON"
    else:
        kind = next((name for magic, name in _OTHERS if head.startswith(magic)), "")
    if kind:
        raise NotADrawingError(
            f"The file is {kind}. A DXF drawing is needed.",
            "ഇതു ഡി.എക്സ്.എഫ്. (DXF) ഡ്രോയിങ് അല്ല. DXF ആയി സേവ് ചെയ്ത് അയയ്ക്കുക.",
        )
