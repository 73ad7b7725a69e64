"""Tests of transforms.classify."""
