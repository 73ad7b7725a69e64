"""The process of Great Expectations."""

import subprocess
import sys

_CODE = """
from transforms.validate import engine
engine.warm()
from multiprocessing import resource_tracker
made = []
resource_tracker.register = lambda name, kind: made.append(name)
from tqdm import tqdm
tqdm([], disable=True)
print(made, hasattr(tqdm.get_lock(), "mp_lock"))
"""


def test_no_semaphore_is_left_where_the_validator_is_ended() -> None:
    """Its library's progress bars would make one, and the end of the process would be told as a leak."""
    done = subprocess.run([sys.executable, "-c", _CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "[] False\n"
