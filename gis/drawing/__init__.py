"""Drawings: reading and measuring what engineers draw."""
