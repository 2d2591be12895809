"""Memory 台账: tables, the ledger and read models; the only package that knows SQL, and that reads the clock."""
