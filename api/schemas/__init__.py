"""The shapes that go in and out of the door, for OpenAPI and for checking bodies."""
