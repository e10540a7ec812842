"""What the trail says of those who read it."""

from audit.trail import Kind

LISTED = Kind("audit.listed", act="consultation")
READ = Kind("audit.read", act="consultation")
READ_UNATTRIBUTED = Kind("audit.read_unattributed", act="consultation")
DOWNLOADED = Kind("list.downloaded", act="disclosure")
