"""Stories 流程: one file per process, one flow that reads from top to bottom; and what time and people start."""
