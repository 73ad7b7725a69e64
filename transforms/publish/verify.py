"""Whether the files of a release are those that its descriptor names."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from transforms.publish.files import sha256
from transforms.publish.store import Release


def differences(release: Release) -> list[str]:
    """Say what differs between files and descriptor; empty when all is well."""
    found = []
    named = set()
    for resource in release.descriptor["resources"]:
        # Releases of before had one part and said so of the resource itself.
        for part in resource.get("parts") or [resource]:
            named.add(part["path"])
            found.extend(_file(release.path / part["path"], part["path"], part))
    on_disk = {path.relative_to(release.path).as_posix() for path in release.path.rglob("*.parquet")}
    found.extend(f"{name}: is not named in datapackage.json" for name in sorted(on_disk - named))
    return found


def _file(path: Path, name: str, part: dict[str, object]) -> list[str]:
    if not path.is_file():
        return [f"{name}: the file is missing"]
    size = path.stat().st_size
    if size != part["bytes"]:
        return [f"{name}: {size} bytes, datapackage.json says {part['bytes']}"]
    if (digest := f"sha256:{sha256(path)}") != part["hash"]:
        return [f"{name}: {digest}, datapackage.json says {part['hash']}"]
    try:
        rows = pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowInvalid) as error:
        return [f"{name}: is no Parquet file: {error}"]
    return [] if rows == part["rows"] else [f"{name}: {rows} rows, datapackage.json says {part['rows']}"]
