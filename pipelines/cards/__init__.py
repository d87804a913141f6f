"""Cards of a run: static pages that anyone opens from disk."""

from gyogwa.pipelines.cards.write import CardsConfig, write_cards

__all__ = ["CardsConfig", "write_cards"]
