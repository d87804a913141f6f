"""One licence as people write it (its SPDX name, its title, its address), to its SPDX name.

Sources: the titles and addresses that the licences' own sites give them, and what READMEs and data
cards make of these. A version that wasn't said isn't added, but where there is one only.
"""

import re
from functools import cache

PUBLIC_DOMAIN = "public-domain"
"""What nobody has rights in, where no licence or mark says so."""
_LICENCE = r"(?:licen[cs]e[ds]?|legal code|public licen[cs]e|라이[선센]스)"
_GPL = re.compile(
    r"(?:the )?(?:gnu )?(?P<kind>[al]?)gpl ?(?:licen[cs]e)? ?(?:version |v)?"
    r"(?P<version>[23](?:\.[01])?)"
    r"(?P<later>\+| ?(?:or later|or any later version))?(?: only)?",
)
_TITLES = [
    (re.compile(pattern), name)
    for pattern, name in (
        (rf"(?:the )?(?:apache|asl)(?: software)?(?: {_LICENCE})?,? ?(?:version |v)?2(?:\.0)?"
         rf"(?: {_LICENCE})?", "Apache-2.0"),
        (rf"(?:the )?mit(?: {_LICENCE})?(?: \(mit\))?", "MIT"),
        (rf"(?:the )?(?:bsd 3 clause|3 clause bsd|(?:new|revised|modified) bsd)"
         rf"(?: \"new\" or \"revised\")?(?: {_LICENCE})?", "BSD-3-Clause"),
        (rf"(?:the )?(?:bsd 2 clause|2 clause bsd|simplified bsd|freebsd)"
         rf"(?: \"simplified\")?(?: {_LICENCE})?", "BSD-2-Clause"),
        (rf"(?:mpl|mozilla public {_LICENCE}),? ?(?:version |v)?2(?:\.0)?", "MPL-2.0"),
        (r"(?:cc|creative commons)[ -]?(?:0|zero)(?: ?v?1(?:\.0)?)?(?: universal)?"
         rf"(?: \(cc0(?: 1\.0)?\))?(?: public domain dedication)?(?: {_LICENCE})?", "CC0-1.0"),
        (rf"(?:odc(?: |-)by|open data commons attribution {_LICENCE})(?: v?1\.0)?"
         r"(?: \(odc by\))?", "ODC-By-1.0"),
        (rf"(?:odbl|(?:open data commons )?open database {_LICENCE})(?: v?1\.0)?"
         r"(?: \(odbl\))?", "ODbL-1.0"),
        (r"pddl(?: v?1\.0)?", "PDDL-1.0"),
        (r"cdla permissive v?2\.0", "CDLA-Permissive-2.0"),
        (r"cdla permissive v?1\.0", "CDLA-Permissive-1.0"),
        (r"cdla sharing v?1\.0", "CDLA-Sharing-1.0"),
        (rf"(?:uk )?(?:ogl(?: uk)?|open government {_LICENCE}) ?(?:version |v)?3(?:\.0)?",
         "OGL-UK-3.0"),
        (r"(?:cc |creative commons )?public domain mark(?: 1\.0)?", "CC-PDM-1.0"),
        (r"(?:in the )?public domain|퍼블릭 ?도메인|공공 ?영역|만료 ?저작물|저작(?:재산)?권 ?만료",
         PUBLIC_DOMAIN),
    )
]  # fmt: skip
_CC = re.compile(
    r"(?P<prefix>cc|creative ?commons|크리에이티브 커먼즈|ccl)?[ -]*"
    r"(?P<parts>by(?:[ -]*(?:nc|sa|nd))*)"
    r"(?:[ -]*v?(?P<version>\d[.-]\d|[1-4](?!\d)))?"
    r"(?:[ -]*(?:international|unported|generic|intl?|국제|대한민국|korea|(?P<port>[a-z]{2}|igo)))?"
    rf"(?: {_LICENCE})?",
)
_CC_WORDS = [
    (re.compile(pattern), part)
    for pattern, part in (
        (r"attribution|저작자 ?표시", "by"), (r"non ?commercial|비영리", "nc"),
        (r"no ?deriv(?:ative)?s?(?: ?works?)?|변경 ?금지", "nd"),
        (r"share ?alike|동일 ?조건 ?변경 ?허락", "sa"),
    )
]  # fmt: skip
_ORDER = ("BY", "NC", "ND", "SA")
_ADDRESSES = [
    (re.compile(rf"(?:https?://)?(?:www\.)?{pattern}"), name)
    for pattern, name in (
        (r"creativecommons\.org/publicdomain/zero/1\.0\S*", "CC0-1.0"),
        (r"creativecommons\.org/publicdomain/mark/1\.0\S*", "CC-PDM-1.0"),
        (r"creativecommons\.org/licenses/([a-z-]+)(?:/(\d\.\d))?(?:/\S*)?", "CC"),
        (r"apache\.org/licenses/license-2\.0\S*", "Apache-2.0"),
        (r"opendatacommons\.org/licenses/by/\S*", "ODC-By-1.0"),
        (r"opendatacommons\.org/licenses/odbl/\S*", "ODbL-1.0"),
        (r"opendatacommons\.org/licenses/pddl/\S*", "PDDL-1.0"),
        (r"(?:spdx|opensource)\.org/licen[cs]es?/([a-z0-9.+-]+?)(?:\.html|\.php|\.txt|\.json)?/?",
         ""),
        (r"choosealicense\.com/licenses/([a-z0-9.+-]+?)/?", ""),
        (r"gnu\.org/licenses/(?:old-licenses/)?([al]?gpl-[23]\.[01])\S*", ""),
    )
]  # fmt: skip


def spelled(text: str) -> str:
    """The SPDX name of what is said of one licence; "" where it is none that is known.

    >>> spelled("Apache License, Version 2.0"), spelled("저작자표시-비영리 4.0 국제"), spelled("cc")
    ('Apache-2.0', 'CC-BY-NC-4.0', '')
    """
    low = text.lower()
    for pattern, name in _ADDRESSES:
        if found := pattern.fullmatch(low):
            if name == "CC":
                return _creative(*found.groups())
            return name or listed().get(found[1], "")
    if name := listed().get(low, ""):
        return name
    plain = re.sub(r"[\s_-]+", " ", low).strip()
    for pattern, name in _TITLES:
        if pattern.fullmatch(plain):
            return name
    return _gpl(plain) or _cc(re.sub(r"[\s_]+", " ", low).strip()) or _with_licence(low)


def _with_licence(low: str) -> str:
    """ "CC-BY-4.0 license" and "ISC License": the name of what stands before the word."""
    found = re.fullmatch(rf"(?:the )?(\S+) {_LICENCE}", low)
    return listed().get(found[1], "") if found else ""


def _gpl(plain: str) -> str:
    found = _GPL.fullmatch(plain)
    if found is None:
        return ""
    version = found["version"] if "." in found["version"] else f"{found['version']}.0"
    end = "or-later" if found["later"] else "only"
    return listed().get(f"{found['kind']}gpl-{version}-{end}", "")


def _cc(low: str) -> str:
    text = low
    for pattern, part in _CC_WORDS:
        text = pattern.sub(part, text)
    found = _CC.fullmatch(text)
    if found is None:
        return ""
    if found["parts"] == "by" and not (found["prefix"] or found["version"] or low == "by"):
        return ""  # attribution is what many licences ask for
    return _creative(found["parts"], (found["version"] or "").replace("-", "."), found["port"])


def _creative(parts: str, version: str | None = "", port: str | None = "") -> str:
    """The name of a licence of Creative Commons: its parts in SPDX's order, and a country's own
    text only where SPDX lists it."""
    said = {part.upper() for part in re.findall("by|nc|nd|sa", parts)}
    if "BY" not in said:
        return ""
    version = f"{version}.0" if version and "." not in version else version
    name = "-".join(["CC", *(part for part in _ORDER if part in said), *filter(None, [version])])
    return listed().get(f"{name}-{port}".lower(), name)


# The library is imported where it is used: the command line needn't wait for it, nor miss it.
@cache
def listed() -> dict[str, str]:
    """SPDX identifiers by their lower-case form."""
    from license_expression import get_spdx_licensing

    known = {k: s for k, s in get_spdx_licensing().known_symbols.items() if not s.is_exception}
    names = {key.lower(): key for key in known}
    for symbol in known.values():  # GPL-3.0, which is GPL-3.0-only today
        names |= {name.lower(): symbol.key for name in symbol.aliases if name.lower() not in names}
    return names
