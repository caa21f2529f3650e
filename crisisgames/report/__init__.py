"""Briefs: a comparison as one HTML file, from the facts of a case to how it was computed."""

from crisisgames.report.agreement import agreement_page, report_agreement
from crisisgames.report.files import check_writable
from crisisgames.report.page import brief, report

__all__ = ["agreement_page", "brief", "check_writable", "report", "report_agreement"]
