"""The window 控制台: pages of one process that reads and writes the ledger itself; it never imports the engine."""
