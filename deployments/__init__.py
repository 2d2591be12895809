"""The composition root 部署: starts the engine, runs the flows, knows every other package; nothing imports it."""
