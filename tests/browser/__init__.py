"""What people see and do, in a real Chromium against the running servers."""
