"""Reading leads from CSV and XLSX files, row by row, with a verdict on each."""

from regbatch_desktop.services.lead_files.reading import LeadFile, read_leads

__all__ = ["LeadFile", "read_leads"]
