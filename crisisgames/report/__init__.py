"""Pages: a comparison as a brief, the gallery of published models, and a sweep to explore."""

from crisisgames.report.agreement import agreement_page, report_agreement
from crisisgames.report.explorer import explore
from crisisgames.report.files import check_writable
from crisisgames.report.gallery import gallery
from crisisgames.report.page import brief, report

__all__ = [
    "agreement_page",
    "brief",
    "check_writable",
    "explore",
    "gallery",
    "report",
    "report_agreement",
]
