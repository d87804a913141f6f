"""Which file a row of labels means by a name.

Names are written on Windows and on Macs, with folders that are no longer there, or are only the
stem that an image shares with its label file. What is looked for, in this order:

1. the file of exactly this path, from the folder of the label file;
2. the same but for Unicode's forms, `\\`, `%20`, and the case of letters;
3. where names are loose, or begin at the root of some disk: of the files called so, the one whose
   path ends most like the name and, among these, shares most folders with the label file; two that
   are as good are none. Of a name that Label Studio gave what was uploaded to it
   (`0a1b2c3d-page.jpg`) the beginning may be missing, or be there where the name has none;
4. where names are loose, the image that is called so but for its ending, which the name leaves out
   or which was another before the images were converted.
"""

import posixpath
import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import unquote

from gyogwa.transforms.files.picture_formats import ENDINGS
from gyogwa.transforms.ingest.raw import ListedFile

_ROOT = re.compile(r"[A-Za-z]:|[/\\]")
_UPLOADED = re.compile(r"[0-9a-f]{8}-(?=.)")
NEAR = 1
"""`Chosen.far` of an image where the row says it is, in some spelling, begins with this at most."""
ANY_ENDING = ".*"
"""At the end of a name: whatever follows the stem."""


def normal(path: str) -> str:
    """One spelling of a path: no `./`, Hangul and accents composed."""
    return unicodedata.normalize("NFC", posixpath.normpath(path))


def folded(path: str) -> str:
    """As `normal`, and the same for all spellings that name one file on some system."""
    return normal(unquote(path.replace("\\", "/"))).casefold()


def key_of_name(name: str) -> str:
    """The key under which a name and the files that it may mean meet: the folded stem."""
    stem = _plain(posixpath.basename(folded(name)))
    return stem.rpartition(".")[0] or stem


class Chosen(NamedTuple):
    """The image that a name means, and how far from the plain path it was looked for: the less, the
    more is the row about it."""

    image: ListedFile
    far: tuple[int, int, int]


class Candidates:
    """Files that have one key, of one source; `images` are those that a row may be about."""

    def __init__(self, files: Iterable[ListedFile], images: Iterable[ListedFile]) -> None:
        self.files = sorted(files, key=lambda file: file.uri)
        self.images = sorted(images, key=lambda file: file.uri)
        self._others = {folded(file.uri) for file in self.files} - {
            folded(image.uri) for image in self.images
        }
        self._exact = {file.uri: file for file in self.images}
        self._normal = {normal(file.uri): file for file in self.images}
        self._folded: dict[str, list[ListedFile]] = {}
        self._in_folder: dict[str, list[_Place]] = {}
        for file in self.images:
            path = folded(file.uri)
            self._folded.setdefault(path, []).append(file)
            folder, _, name = path.rpartition("/")
            place = _Place(tuple(folder.split("/")) if folder else (), name, file)
            self._in_folder.setdefault(folder, []).append(place)
        self._places = [place for places in self._in_folder.values() for place in places]

    def choose(self, folder: str, name: str, loose: bool) -> Chosen | None:
        """The image that a row in a label file of this folder means by `name`; None: there is
        none, or there are several as good."""
        found = self._choose(folder, name, loose)
        if found or not loose or name.endswith(ANY_ENDING):
            return found
        stem, ending = posixpath.splitext(name)
        if ending and not ending.lower().endswith(ENDINGS):
            return None
        other = self._choose(folder, f"{stem}{ANY_ENDING}", loose)
        is_image = other is not None and other.image.uri.lower().endswith(ENDINGS)
        if other is None or (ending and not is_image):
            return None
        return Chosen(other.image, (NEAR + 1, *other.far[1:]))

    def _choose(self, folder: str, name: str, loose: bool) -> Chosen | None:
        path = posixpath.join(folder, name)
        if exact := self._exact.get(path) or self._normal.get(normal(path)):
            return Chosen(exact, (0, 0, 0))
        same = self._folded.get(folded(path), [])
        if len(same) == 1:
            return Chosen(same[0], (1, 0, 0))
        if not loose and not _ROOT.match(name):
            return None
        here, wanted = folded(folder) if folder else "", folded(name).split("/")
        beside = [p for p in self._in_folder.get(here, []) if p.is_called(wanted[-1])]
        if len(wanted) == 1 and len(beside) == 1:
            return Chosen(beside[0].file, (1, 0, 0))
        return self._nearest(tuple(here.split("/")) if here else (), wanted)

    def is_other(self, folder: str, name: str) -> bool:
        """Whether the name is that of a file that is no image."""
        return folded(posixpath.join(folder, name)) in self._others

    def _nearest(self, here: tuple[str, ...], wanted: list[str]) -> Chosen | None:
        best: list[tuple[int, int, ListedFile]] = []
        called = [place for place in self._places if place.is_called(wanted[-1])]
        for place in called or [p for p in self._places if p.may_be_called(wanted[-1])]:
            alike = 1 + _common(reversed(place.folder), reversed(wanted[:-1]))
            if alike == 1 < len(wanted):
                continue  # it names a folder, and that is another one
            near = _common(place.folder, here) + _common(reversed(place.folder), reversed(here))
            best.append((alike, near, place.file))
        if not best:
            return None
        top = max(best, key=lambda found: found[:2])[:2]
        winners = [file for alike, near, file in best if (alike, near) == top]
        return Chosen(winners[0], (NEAR + 1, -top[0], -top[1])) if len(winners) == 1 else None


class _Place(NamedTuple):
    """Where an image is: the folders and the name of its folded path."""

    folder: tuple[str, ...]
    name: str
    file: ListedFile

    def is_called(self, wanted: str) -> bool:
        if wanted.endswith(ANY_ENDING):
            return self.name.rpartition(".")[0] == wanted.removesuffix(ANY_ENDING)
        return self.name == wanted

    def may_be_called(self, wanted: str) -> bool:
        return _plain(self.name) == _plain(wanted)


def _plain(name: str) -> str:
    """A name without what an upload put before it."""
    return _UPLOADED.sub("", name, count=1) if _UPLOADED.match(name) else name


def _common(one: Iterable[str], other: Iterable[str]) -> int:
    """How many parts two paths have in common from where they begin."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
