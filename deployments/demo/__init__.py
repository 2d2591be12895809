"""The demonstration 演示: an invented county with a lived-in ledger; every page and paper of it is marked so."""
