"""The trained correction of the tables: its file format. Training is in `train.py`, use in `score.py`."""

import io
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Weights:
    """Linear weights per axis on table scores, marks, context and character n-grams.

    Attributes:
        grams: Sorted codes of the kept n-grams (see `grams.py`).
        features: Names of the dense features, in order; a change of the tables that renames one drops its weight.
        dense: axis -> (features, labels).
        sparse: axis -> (grams, labels).
        table_share: Weight of the table's points beside the learnt ones.

    """

    grams: Ints
    features: tuple[str, ...]
    dense: dict[str, Floats]
    sparse: dict[str, Floats]
    table_share: float


def read_weights(path: Path) -> Weights:
    """Read weights written by `write_weights`."""
    with np.load(path, allow_pickle=False) as data:
        axes = [name.removeprefix("dense_") for name in data.files if name.startswith("dense_")]
        return Weights(
            grams=data["grams"],
            features=tuple(bytes(data["features"]).decode().split("\n")),
            dense={a: data[f"dense_{a}"].astype(np.float32) / 256 for a in axes},
            sparse={a: data[f"sparse_{a}"].astype(np.float32) / 64 for a in axes},
            table_share=float(data["table_share"][0]),
        )


def write_weights(path: Path, weights: Weights) -> None:
    """Write weights as fixed-point integers; equal weights give equal bytes (zip entries carry a constant date)."""
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "grams": weights.grams,
        "features": np.frombuffer("\n".join(weights.features).encode(), np.uint8),
        "table_share": np.array([weights.table_share]),
    }
    for axis, dense in weights.dense.items():
        arrays[f"dense_{axis}"] = np.clip(np.rint(dense * 256), -32767, 32767).astype(np.int16)
    for axis, sparse in weights.sparse.items():
        arrays[f"sparse_{axis}"] = np.clip(np.rint(sparse * 64), -127, 127).astype(np.int8)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), buffer.getvalue(), zipfile.ZIP_DEFLATED)
