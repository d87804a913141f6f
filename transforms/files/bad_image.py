"""What is said of an image that can't be used."""

from gyogwa.schemas.ledger import Rule


class BadImage(Exception):
    """An image that can't be used: the rule it broke, its value and the rule's threshold."""

    def __init__(self, rule: Rule, message: str, value: str = "", threshold: str = "") -> None:
        super().__init__(message)
        self.rule, self.message, self.value, self.threshold = rule, message, value, threshold
