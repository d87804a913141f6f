"""OCR engines behind one protocol, run in child processes that a bad image can't take down."""
