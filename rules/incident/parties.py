"""Who learns of an accident and reports it 报告主体: bodies at their levels; knows no hop and no clock."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Levels of government from the county up; the scene and the unit stand below them."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    NATION = "nation"

    @property
    def label(self) -> str:
        """Return the government that investigates at this level. Law: inc-investigate-who 第十九条."""
        return _GOVERNMENTS[self]


_GOVERNMENTS = {
    Level.COUNTY: "县级人民政府",
    Level.CITY: "设区的市级人民政府",
    Level.PROVINCE: "省级人民政府",
    Level.NATION: "国务院或者其授权的部门",
}


class Party(StrEnum):
    """A body that can know of an accident. `COUNTY`, `CITY`, `PROVINCE` stand where a source names only the level."""

    SCENE = "scene"
    UNIT_HEAD = "unit_head"
    TOWN = "town"
    COUNTY = "county"
    COUNTY_BUREAU = "county_bureau"
    COUNTY_SECTOR = "county_sector"
    COUNTY_GOVERNMENT = "county_government"
    MINE_OFFICE = "mine_office"
    POLICE = "police"
    LABOUR = "labour"
    UNION = "union"
    PROCURATORATE = "procuratorate"
    CITY = "city"
    CITY_BUREAU = "city_bureau"
    CITY_SECTOR = "city_sector"
    CITY_GOVERNMENT = "city_government"
    PROVINCE = "province"
    PROVINCE_BUREAU = "province_bureau"
    PROVINCE_GOVERNMENT = "province_government"
    NATION = "nation"
    SOME_AUTHORITY = "some_authority"
    PUBLIC = "public"

    @property
    def label(self) -> str:
        """Return the body's name; 劳动保障 has since become 人社, 安监 has become 应急."""
        return _PARTIES[self]

    @property
    def is_official(self) -> bool:
        """Tell whether the body is a government or one of its departments."""
        return self not in _NO_OFFICE


_PARTIES = {
    Party.SCENE: "事故现场有关人员",
    Party.UNIT_HEAD: "单位负责人",
    Party.TOWN: "乡镇",
    Party.COUNTY: "县级（未写明部门）",
    Party.COUNTY_BUREAU: "县应急管理局",
    Party.COUNTY_SECTOR: "县行业主管部门",
    Party.COUNTY_GOVERNMENT: "县委县政府",
    Party.MINE_OFFICE: "国家矿山安全监察局省级局",
    Party.POLICE: "公安机关",
    Party.LABOUR: "人力资源社会保障部门",
    Party.UNION: "工会",
    Party.PROCURATORATE: "人民检察院",
    Party.CITY: "市级（未写明部门）",
    Party.CITY_BUREAU: "市应急管理局",
    Party.CITY_SECTOR: "市行业主管部门",
    Party.CITY_GOVERNMENT: "市委市政府",
    Party.PROVINCE: "省级（未写明部门）",
    Party.PROVINCE_BUREAU: "省应急管理厅",
    Party.PROVINCE_GOVERNMENT: "省委省政府",
    Party.NATION: "国家主管部门",
    Party.SOME_AUTHORITY: "有关部门（未写明层级）",
    Party.PUBLIC: "举报人、媒体或者公众",
}
_NO_OFFICE = frozenset({Party.SCENE, Party.UNIT_HEAD, Party.PUBLIC})


class Sector(StrEnum):
    """The sectors whose reporting differs by law."""

    COAL = "coal"
    MINE = "mine"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the sector's name."""
        return _SECTORS[self]


_SECTORS = {Sector.COAL: "煤矿", Sector.MINE: "非煤矿山", Sector.OTHER: "其他行业"}


class AccidentKind(StrEnum):
    """The kinds whose casualties count for a shorter time. Law: inc-supplement-7 第十三条."""

    ROAD = "road"
    FIRE = "fire"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the kind's name."""
        return _KINDS[self]


_KINDS = {AccidentKind.ROAD: "道路交通事故", AccidentKind.FIRE: "火灾事故", AccidentKind.OTHER: "其他生产安全事故"}


class Channel(StrEnum):
    """How a report travels."""

    PHONE = "phone"
    WRITTEN = "written"
    FACE_TO_FACE = "face_to_face"
    SYSTEM = "system"
    STATISTICS = "statistics"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """Return the channel's name."""
        return _CHANNELS[self]


_CHANNELS = {
    Channel.PHONE: "电话",
    Channel.WRITTEN: "书面",
    Channel.FACE_TO_FACE: "当面",
    Channel.SYSTEM: "信息系统",
    Channel.STATISTICS: "统计直报",
    Channel.UNKNOWN: "方式未知",
}
