"""The main job on the sample town: ``./just demo`` (``--once``: print everything, then end).

Runs the same commands a person would type, and shows them.
"""

import argparse
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / ".kmap" / "demo"
PLAN = ROOT / "data" / "plans" / "house_that_fails.dxf"
SITE = PLAN.with_name("site.json")
START_SECONDS = 60


def main() -> None:
    """Load the town, scrutinise a drawing, read a plot, then serve (or stop, with ``--once``)."""
    options = _options()
    OUT.mkdir(parents=True, exist_ok=True)
    _step("1. The sample town (invented)")
    _run("kmap", "town")
    _step("2. An engineer's drawing, scrutinised")
    report, overlay = OUT / "report.pdf", OUT / "overlay.svg"
    papers = ["--report", str(report), "--overlay", str(overlay)]
    _run("kmap", "check", str(PLAN), "--site", str(SITE), *papers, accept=(0, 1))
    print(f"report: {report}\noverlay: {overlay}")
    _step("3. What may be done on this land?")
    _run("kmap", "know", "--survey", options.survey)
    _step("4. The engineer's drawing of a house, laid on its plot of the land register")
    laid = PLAN.with_name("placed") / "house_in_neelathura.dxf"
    _run("kmap", "check", str(laid), "--survey", "NLT/174/2B", accept=(0, 1))
    _step("5. The site")
    _serve(options.port, once=options.once)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true", help="print everything, then end")
    parser.add_argument("--port", type=int, default=8600, help="the site's port on 127.0.0.1")
    parser.add_argument("--survey", default="NLT/174/2B", help="VILLAGE/SURVEY")
    return parser.parse_args()


def _step(title: str) -> None:
    print(f"\n=== {title}", flush=True)


def _run(*command: str, accept: tuple[int, ...] = (0,)) -> None:
    """Show and run a command; any other status than the accepted ones ends the demo."""
    print("$ " + " ".join(command).replace(f"{ROOT}/", ""), flush=True)
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    if status not in accept:
        sys.exit(f"`{' '.join(command)}` ended with status {status}")


def _serve(port: int, *, once: bool) -> None:
    """Start the site, see it answer, and keep it until Ctrl-C (or end it at once)."""
    command = [sys.executable, "-P", "-m", "api", "--port", str(port)]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ)
    try:
        _wait(server, f"{address}/healthz")
        page = urllib.request.urlopen(f"{address}/en/", timeout=30).read()  # noqa: S310 - ours
        print(f"the site answers at {address}/ ({len(page):,} bytes of first page)", flush=True)
        if not once:
            print("Ctrl-C ends it.", flush=True)
            server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    """Wait until the server is healthy; give up when it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310 - our own address
            return
        except (urllib.error.URLError, OSError) as error:
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit(f"the site did not start: {error}")
            time.sleep(0.2)


if __name__ == "__main__":
    main()
