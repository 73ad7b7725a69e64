"""A finished draft takes the place of what a reader sees: pages of a release, exports."""

import secrets
import shutil
from pathlib import Path

from transforms.publish.files import sync


def put(draft: Path, target: Path) -> None:
    """Put what was drafted beside a file or folder in its place."""
    if draft.is_dir() and (target.exists() or target.is_symlink()):
        # A folder with files is not replaced by a rename: it is moved out of the way first.
        old = target.with_name(f".{target.name}.{secrets.token_hex(4)}.old")
        target.rename(old)
        try:
            draft.rename(target)
        except OSError:
            old.rename(target)
            raise
        remove(old)
    elif target.is_dir() and not target.is_symlink():
        remove(target)
        draft.rename(target)
    else:
        draft.replace(target)
    sync(target.parent)


def remove(path: Path) -> None:
    """Remove a file, a folder with all in it, or a link; nothing where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
