"""How the lines of a page go on in the next: as another word, as the same one, or in a way that
nothing on the page tells, and then what runs over that end isn't quoted.

Korean is broken between words by some programs and anywhere by others. What the words of the page
say counts first (`annotate.joining`). Else the right edge tells: a line that ends where another
syllable would have had room was broken between words, and so are the others of its page.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise

from gyogwa.schemas.records import Page
from gyogwa.transforms.ingest.joining import Vocabulary, is_sure, join_lines

CUT = "\ufdd8"
"""Between two lines of which it isn't known whether a word goes on, in joined text: a noncharacter
of Unicode."""
_ROOM = 1.5
"""Heights of a line, about the width of a syllable and the space before it, that are free at the
end of a line which was broken between words. In the Korean FAQ as a browser prints it, broken
anywhere, a Hangul line that goes on in Hangul leaves 1.1 at most."""
_LEAST_ENDS = 2


class LineEnds:
    """Of one page. Cost: some 1 ms, and only where it is asked about an end that is in doubt."""

    def __init__(self, page: Page) -> None:
        self._page = page

    @cached_property
    def _known(self) -> Vocabulary:
        return Vocabulary(self._page.line_texts())

    @cached_property
    def _keeps_words(self) -> bool:
        """Whether lines leave room that broken words would have filled."""
        image, annotation = self._page.image, self._page.annotation
        texts = self._page.line_texts()
        roomy = 0
        for block in annotation.blocks:
            lines = annotation.lines[block.first : block.last]
            right = max((line.box[2] for line in lines), default=0.0)
            for at, (line, below) in enumerate(pairwise(lines), block.first):
                if not (_is_hangul(texts[at][-1:]) and _is_hangul(texts[at + 1][:1])):
                    continue
                height = (line.box[3] - line.box[1]) * image.height
                beside = line.box[3] > below.box[1] + 0.5 * (below.box[3] - below.box[1])
                if not beside and (right - line.box[2]) * image.width > _ROOM * height:
                    roomy += 1
        return roomy >= _LEAST_ENDS

    def told(self, above: str, below: str) -> bool:
        """Whether it is known how a line goes on in the next one."""
        if not above or not below or is_plain(above, below):
            return True
        if is_sure([above, below], self._known):
            return True
        both = _is_hangul(above[-1]) and _is_hangul(below[0])
        return both and self._keeps_words

    def join(self, lines: Sequence[str]) -> str:
        """The text of lines that follow each other, `CUT` where it isn't known how one goes on."""
        text = ""
        for at, line in enumerate(lines):
            if not text:
                text = line
            elif not self.told(lines[at - 1], line):
                text = f"{text}{CUT}{line}"
            elif is_plain(lines[at - 1], line) or self._apart(lines[at - 1], line):
                text = f"{text} {line}"
            else:
                text = join_lines([text, line], self._known)
        return text

    def _apart(self, above: str, below: str) -> bool:
        """Whether the page is broken between Korean words, whatever two pieces look like."""
        both = _is_hangul(above[-1]) and _is_hangul(below[0])
        return both and self._keeps_words


def is_plain(above: str, below: str) -> bool:
    """Whether a line ends as words do that go on in no other line: not with a hyphen or within an
    address, nor in Hangul before Hangul."""
    if not above or not below or (_is_hangul(above[-1]) and _is_hangul(below[0])):
        return False
    last = above.split()[-1]
    return above[-1] not in "-‐\u00ad/_" and "/" not in last and not below.startswith("//")


def _is_hangul(char: str) -> bool:
    return "가" <= char <= "힣"
