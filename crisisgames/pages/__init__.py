"""Pages: a comparison as a brief, the gallery of published models, and a sweep to explore."""

from crisisgames.pages.agreement import agreement_page, report_agreement
from crisisgames.pages.explorer import explore
from crisisgames.pages.files import check_writable
from crisisgames.pages.models import gallery
from crisisgames.pages.page import brief, report

__all__ = [
    "agreement_page",
    "brief",
    "check_writable",
    "explore",
    "gallery",
    "report",
    "report_agreement",
]
