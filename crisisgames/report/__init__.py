"""Pages: a comparison as a brief, from facts to method; and the gallery of published models."""

from crisisgames.report.files import check_writable
from crisisgames.report.gallery import gallery
from crisisgames.report.page import brief, report

__all__ = ["brief", "check_writable", "gallery", "report"]
