"""A real clamd, with one signature: the harmless test that every scanner knows."""

import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

from tests.referrals.uploads import EICAR

SIGNATURE = "Test.Eicar.UNOFFICIAL"  # clamd's word for what does not come from its own makers
LONGEST_STREAM = 12 * 1024 * 1024


@contextmanager
def clamd(folder, *, port=None):
    """Runs clamd in the foreground; gives its address, by its socket in `folder` or by TCP."""
    program = shutil.which("clamd") or "/usr/sbin/clamd"  # where a user's PATH does not look
    assert Path(program).exists(), "clamd is not installed: run make test, or apt-get install clamav-daemon."
    (folder / "signatures").mkdir()
    (folder / "signatures" / "test.ndb").write_text(f"Test.Eicar:0:*:{EICAR.hex()}\n")
    address = folder / "clamd.sock"
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nDatabaseDirectory {folder / 'signatures'}\nTemporaryDirectory {folder}\n"
        f"LocalSocket {address}\nMaxThreads 2\nStreamMaxLength {LONGEST_STREAM}\n"
        + (f"TCPSocket {port}\nTCPAddr 127.0.0.1\n" if port else "")
    )
    log = folder / "clamd.log"
    with log.open("wb") as output:
        command = [program, f"--config-file={folder / 'clamd.conf'}"]
        process = subprocess.Popen(command, stdout=output, stderr=output, stdin=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while not address.exists():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield f"unix://{address}"
    finally:
        process.terminate()
        process.wait(20)
