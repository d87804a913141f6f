"""Cards of a run: static pages that anyone opens from disk."""
