"""What the server-rendered pages are made of: assets, texts, formats, views of answers."""
