"""The Atom feed (RFC 4287) of a watch: an entry for each alert, in one language or both."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from ruamel.yaml import YAML

from kmap.store.watches import Alert, Watch

Json = dict[str, Any]
NAMESPACE = "http://www.w3.org/2005/Atom"
MEDIA = "application/atom+xml"
LANGS = ("ml", "en")


@cache
def words() -> dict[str, Any]:
    """Return the texts of ``feed.yaml``."""
    text = Path(__file__).with_name("feed.yaml").read_text(encoding="utf-8")
    book: dict[str, Any] = YAML(typ="safe").load(text)
    return book


def atom(
    watch: Watch, alerts: Sequence[Alert], address: str, page: str, lang: str | None
) -> bytes:
    """Return the feed's bytes; the same alerts give the same bytes.

    ``address`` and ``page`` are the watch's own secret addresses; ``lang`` None: both languages.
    """
    langs = (lang,) if lang else LANGS
    root = Element("feed", {"xmlns": NAMESPACE, "xml:lang": langs[0]})
    feed = words()
    _text(root, "id", f"urn:uuid:{watch.id}")
    _text(
        root, "title", " / ".join(feed["title"][one].format(plot=watch.plot_id) for one in langs)
    )
    _text(root, "updated", (alerts[0].made_at if alerts else watch.made_at).isoformat())
    _text(SubElement(root, "author"), "name", "K-MAP")
    SubElement(root, "link", {"rel": "self", "href": address, "type": MEDIA})
    SubElement(root, "link", {"rel": "alternate", "href": page, "type": "text/html"})
    for alert in alerts:
        entry = SubElement(root, "entry")
        _text(entry, "id", f"urn:kmap:watch:{watch.id}:{alert.number}")
        count = len(alert.changes)
        named = (feed["entry"][one].format(plot=watch.plot_id, count=count) for one in langs)
        _text(entry, "title", " / ".join(named))
        _text(entry, "updated", alert.made_at.isoformat())
        SubElement(entry, "link", {"rel": "alternate", "href": page, "type": "text/html"})
        said = "\n\n".join(_said(alert, one) for one in langs)
        SubElement(entry, "content", {"type": "text"}).text = said
    body: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _said(alert: Alert, lang: str) -> str:
    return "\n".join(change["says"][lang] for change in alert.changes)


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
