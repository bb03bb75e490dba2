"""The law: what is allowed. No geometry, no web, no database, no clock."""
