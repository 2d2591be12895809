"""PAPER: Excel in and out, Word and Typst papers; knows no database, no flow, no person signed in."""
