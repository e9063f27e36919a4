"""Tests of the measuring, not of speed."""
