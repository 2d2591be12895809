"""Law and logic 规则: pure decisions over facts; imports nothing but the standard library and pendulum."""
