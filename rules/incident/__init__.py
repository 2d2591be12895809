"""Accidents at work 生产安全事故: grades, reporting hops, replay of what happened against what was owed. Pure."""
