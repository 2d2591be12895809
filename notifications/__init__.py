"""Voice 通知: what a notice says and how a channel carries it; knows no database and no engine."""
