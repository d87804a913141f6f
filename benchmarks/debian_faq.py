"""The Debian FAQ in Korean and English as PDFs with a text layer: real pages of known text.

Both come from Debian's packages debian-faq and debian-faq-ko. Where the package holds only a
placeholder as its Korean PDF (Debian 12 does), the Korean HTML edition is printed by Chromium.

    python -m benchmarks.debian_faq OUT
"""

import gzip
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2 as pdfium

CACHE = Path(tempfile.gettempdir()) / "gyogwa-benchmarks"
FAQ = Path("/usr/share/doc/debian/FAQ")
CHROMIUM = [
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-pdf-header-footer",
]  # fmt: skip


def write_pdfs(folder: Path) -> dict[str, Path]:
    """Language to a folder of PDFs below `folder`; made once, then reused."""
    folders = {"en": folder / "debian-faq", "ko": folder / "debian-faq-ko"}
    if not FAQ.exists():
        raise SystemExit("the Debian FAQ isn't installed: apt install debian-faq debian-faq-ko")
    for target in folders.values():
        target.mkdir(parents=True, exist_ok=True)
    _unpack(FAQ / "debian-faq.en.pdf.gz", folders["en"] / "debian-faq.en.pdf")
    korean = folders["ko"] / "debian-faq.ko.pdf"
    if not any(folders["ko"].iterdir()):
        _unpack(FAQ / "debian-faq.ko.pdf.gz", korean)
        if len(pdfium.PdfDocument(korean)) < 5:
            korean.unlink()
            _print_html(FAQ / "ko", folders["ko"])
    return folders


def _unpack(packed: Path, target: Path) -> None:
    target.write_bytes(gzip.decompress(packed.read_bytes()))


def _print_html(source: Path, target: Path) -> None:
    if shutil.which("chromium") is None:
        raise SystemExit("printing the Korean HTML edition needs Chromium: make setup-browser")
    with tempfile.TemporaryDirectory() as profile:
        for page in sorted(source.glob("*.ko.html")):
            output = target / f"{page.stem}.pdf"
            subprocess.run(
                [*CHROMIUM, f"--user-data-dir={profile}", f"--print-to-pdf={output}", str(page)],
                check=True,
                capture_output=True,
            )


if __name__ == "__main__":
    for language, path in write_pdfs(Path(sys.argv[1])).items():
        print(language, path)
