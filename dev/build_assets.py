"""Fetch the front-end packages named in package-lock.json and copy what is served into build/static/govuk/.

    python dev/build_assets.py

Runs `npm ci`, then copies GOV.UK Frontend's precompiled CSS and JavaScript, taking out what may only be used on
GOV.UK itself (its typeface, its crest). Does nothing when neither the lock file nor this script has changed.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
DIST = BASE_DIR / "node_modules" / "govuk-frontend" / "dist" / "govuk"
SERVED = BASE_DIR / "build" / "static" / "govuk"
FOR_TESTS = BASE_DIR / "build" / "test"
STAMP = BASE_DIR / "build" / "assets.sha256"

FONT_STACK = '"Helvetica Neue",Helvetica,Arial,sans-serif'
# Each would break the site's promise not to look like GOV.UK, or the hashed static files storage.
MUST_BE_GONE = ("@font-face", "GDS Transport", "govuk-crest", "/assets/", "sourceMappingURL")


def main() -> int:
    wanted = _fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted and all(path.exists() for path in _outputs()):
        print("Front-end assets are up to date.")
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("npm was not found. Install Node.js 20 or newer (make sets it up in .venv), then try again.")
        return 1
    finished = subprocess.run([npm, "ci"], cwd=BASE_DIR, capture_output=True, text=True)
    if finished.returncode:
        print(finished.stdout + finished.stderr, file=sys.stderr)
        print("npm ci failed: see the lines above. Is the package registry reachable?", file=sys.stderr)
        return 1
    SERVED.mkdir(parents=True, exist_ok=True)
    FOR_TESTS.mkdir(parents=True, exist_ok=True)
    css, js, axe = _outputs()
    css.write_text(without_govuk_brand((DIST / "govuk-frontend.min.css").read_text()))
    js.write_text(_without_source_map((DIST / "govuk-frontend.min.js").read_text()))
    shutil.copyfile(BASE_DIR / "node_modules" / "axe-core" / "axe.min.js", axe)
    STAMP.write_text(wanted)
    print(f"Front-end assets built in {SERVED.relative_to(BASE_DIR)}/.")
    return 0


def without_govuk_brand(css: str) -> str:
    """GOV.UK Frontend's CSS with our font stack, without its typeface files, crest and source map comment."""
    css = re.sub(r"@font-face\{[^}]*\}", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", FONT_STACK)
    # The crest sits behind the copyright link of a footer we do not use.
    css = re.sub(r"[a-z-]*image:url\([^)]*govuk-crest[^)]*\);?", "", css)
    css = _without_source_map(css)
    left = [text for text in MUST_BE_GONE if text in css]
    if left:
        raise SystemExit(f"The new govuk-frontend still contains {', '.join(left)}: adapt dev/build_assets.py.")
    return css


def _without_source_map(text: str) -> str:
    return re.sub(r"(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=.*)\s*$", "", text)


def _outputs() -> tuple[Path, Path, Path]:
    return SERVED / "govuk-frontend.min.css", SERVED / "govuk-frontend.min.js", FOR_TESTS / "axe.min.js"


def _fingerprint() -> str:
    sources = (BASE_DIR / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
