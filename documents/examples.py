"""Rows shown in the explanations of the tables 填写示例: one county's worth that fits together, all of it invented."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from documents.ledgers import ORGANISATION, PEOPLE, POSTS, UNITS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EXAMPLES: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType(
    {
        ORGANISATION.name: (
            {"code": "county", "name": "示例县人民政府", "kind": "county"},
            {"code": "yingji", "name": "示例县应急管理局", "kind": "bureau", "parent": "county"},
            {"code": "shangguan", "name": "上馆镇", "kind": "town", "parent": "county"},
        ),
        UNITS.name: (
            {
                "code": "shili-quarry",
                "name": "示例石料场",
                "township": "shangguan",
                "industry": "非煤矿山（露天）",
                "department": "yingji",
                "address": "上馆镇示例村东",
                "employees": 36,
                "kind": "mine",
            },
        ),
        POSTS.name: (
            {"code": "yingji-1", "name": "非煤矿山监管股股长", "role": "bureau_officer", "belongs_to": "yingji"},
            {"code": "shili-safety", "name": "安全员", "role": "unit_safety", "belongs_to": "shili-quarry"},
            {"code": "shili-head", "name": "矿长", "role": "unit_head", "belongs_to": "shili-quarry"},
        ),
        PEOPLE.name: (
            {"name": "示例甲", "mobile": "19900000001", "account": "shilijia", "posts": ("shili-safety",)},
            {
                "name": "示例乙",
                "mobile": "19900000002",
                "account": "shiliyi",
                "posts": ("yingji-1", "shili-head"),
                "certificate": "示例0001",
                "valid_from": "2025-01-01",
                "valid_until": "2029-12-31",
            },
        ),
    }
)
