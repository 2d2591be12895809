"""The pages 页面: one file per concern; each handler takes a visit and returns a response."""
