"""The fixtures of the system tests, for cases that were met in the field."""

from system.conftest import drawn, manifest, program, run  # noqa: F401
