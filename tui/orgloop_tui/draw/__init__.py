"""Pictures made of characters: rows of styled text, drawn by no particular terminal library."""
