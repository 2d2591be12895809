"""Exercises 推演 as data: a scenario read from a file, and what was done in it judged; no clock, no database."""
