"""Pages: a comparison as a brief, from facts to method; and the gallery of published models."""

from crisisgames.pages.agreement import agreement_page, report_agreement
from crisisgames.pages.files import check_writable
from crisisgames.pages.models import gallery
from crisisgames.pages.page import brief, report

__all__ = ["agreement_page", "brief", "check_writable", "gallery", "report", "report_agreement"]
