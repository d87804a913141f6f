"""Personal data: which kinds are looked for, what a curriculum does about them, and what is told.

What was found is never written down, only where and of which kind.
"""

from typing import Literal

from gyogwa.schemas.row import Row

PersonalKind = Literal[
    "address",
    "bank_account",
    "business_number",
    "card",
    "corporate_number",
    "driving_licence",
    "email",
    "foreigner_number",
    "name",
    "passport",
    "phone",
    "resident_number",
]
Action = Literal["ignore", "report", "mask", "reject"]
"""From the mildest on."""


class PersonalData(Row, frozen=True):
    """So many times (`count`) personal data of a kind was found in an image or a conversation, and
    what was done."""

    id: str
    unit: Literal["images", "conversations"]
    source: str
    uri: str
    kind: PersonalKind
    action: Action
    count: int
