"""The door: HTTP only."""
