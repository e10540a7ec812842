"""Exit with 0 when the web server on this machine is ready for requests. For the container's health check."""

import os
import urllib.request

# A request for any other name is refused, as it would be from outside.
host = os.environ["ALLOWED_HOSTS"].split(",")[0]
address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host}), timeout=8)
