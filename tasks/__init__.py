"""Hands 执行: what touches the world, each thing once; modules that only plain functions need do not import Prefect."""
