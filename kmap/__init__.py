"""The service: puts ground and law together; the only room that remembers."""
