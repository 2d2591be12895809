"""Measurements, run by hand or at night: every figure beside the same rows written raw, in one interleaved run."""
