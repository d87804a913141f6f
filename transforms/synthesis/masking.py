"""Lines with personal data in which the telling part is masked, as offices and shops print them.

All names and numbers are made up, and masked before they are drawn.
"""

from gyogwa.transforms.synthesis.writing import Writer


def masked_name(writer: Writer) -> str:
    """A name of which the middle (Korean) or all but the initial (English) is starred out."""
    surname, given = str(writer.rng.choice(writer.words["surname"])), writer.person()[-1]
    if writer.language == "ko":
        return f"{surname}*{given}"
    first = str(writer.rng.choice(writer.words["given"]))
    return writer.rng.choice([f"{first[0]}*** {surname}", f"{first} {surname[0]}****"])


def masked_phone(writer: Writer) -> str:
    """A telephone number of which only the last four (three) digits are left."""
    if writer.language == "ko":
        return f"010-****-{writer.rng.randint(0, 9999):04d}"
    return f"***** ***{writer.rng.randint(0, 999):03d}"


def masked_card(writer: Writer) -> str:
    """A card number of which only the last four digits are left."""
    return f"****-****-****-{writer.rng.randint(0, 9999):04d}"


def masked_mail(writer: Writer) -> str:
    """An address at a domain that is reserved for examples."""
    return f"{writer.rng.choice('abcdefghjkmnps')}***@example.com"


def masked_line(writer: Writer, paid: bool = False) -> str:
    """Who to turn to, or, if `paid`, by whose card something was paid."""
    rng, korean = writer.rng, writer.language == "ko"
    name, card = masked_name(writer), masked_card(writer)
    if paid and korean:
        return rng.choice([f"카드 번호: {card}", f"결제: {name}, 카드 {card}"])
    if paid:
        return rng.choice([f"Card: {card}", f"Paid by: {name}, card {card}"])
    phone, mail = masked_phone(writer), masked_mail(writer)
    if korean:
        return rng.choice(
            [
                f"담당자 {name} ({phone})",
                f"문의: {name}, {mail}",
                f"접수 확인: {name} / {phone} / {mail}",
            ]
        )
    return rng.choice(
        [f"Contact: {name}, {phone}", f"Registered to: {name} ({mail})", f"Questions: {mail}"]
    )
