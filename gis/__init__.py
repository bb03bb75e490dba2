"""The ground: what is there. No law words, no web, no database."""
