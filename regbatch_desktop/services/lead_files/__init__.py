"""Reading leads from CSV and XLSX files, row by row, with a verdict on each."""

from regbatch_desktop.services.lead_files.reading import LeadFile, Sheet, judge, read_leads, read_sheet

__all__ = ["LeadFile", "Sheet", "judge", "read_leads", "read_sheet"]
