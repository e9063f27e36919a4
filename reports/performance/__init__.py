"""The Ombudsman's performance report to KemenPANRB: counts in, one workbook or one short paper out."""
