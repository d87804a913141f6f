"""Personal data on pages and in conversations: found, told, masked or kept out."""
