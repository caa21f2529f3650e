"""Pages: a comparison as a brief, from facts to method; and the gallery of published models."""

from crisisgames.report.agreement import agreement_page, report_agreement
from crisisgames.report.files import check_writable
from crisisgames.report.gallery import gallery
from crisisgames.report.page import brief, report

__all__ = ["agreement_page", "brief", "check_writable", "gallery", "report", "report_agreement"]
