"""The generated corpus: documents of the samples' forms that are no copies of each other."""

import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import seeds
from benchmarks import corpus
from flows import pipeline
from transforms.clean import clean
from transforms.extract import extract
from transforms.publish.sketches import Hashes, sequences, similarity
from transforms.segment import load_rules, segment


def test_the_same_corpus_every_time(tmp_path: Path) -> None:
    files = corpus.corpus(tmp_path / "one", 0.2)
    again = corpus.corpus(tmp_path / "two", 0.2)
    assert [file.uri for file in files] == [file.uri for file in again]
    assert len({file.uri for file in files}) == len(files) == 3 * len(corpus.samples())
    texts = [Path(file.path).read_bytes() for file in files]
    assert texts == [Path(file.path).read_bytes() for file in again]
    assert len(set(texts)) == len(texts)
    assert [len(text) for text in texts] == [file.size for file in files]


def test_each_sample_once_at_least(tmp_path: Path) -> None:
    assert len(corpus.corpus(tmp_path, 0.0)) == len(corpus.samples())


@pytest.mark.parametrize("sample", corpus.samples(), ids=lambda path: str(path.stem))
def test_a_copy_has_the_outline_of_its_sample(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    own, other = _outline(text), _outline(corpus.varied(text, 11))
    # A title of a newspaper may read as another thing when its words are others.
    assert len(own) == pytest.approx(len(other), rel=0.1)
    assert len([label for label in other if label in own]) >= 0.9 * len(other)


@pytest.mark.parametrize("sample", corpus.samples(), ids=lambda path: str(path.stem))
def test_a_copy_has_words_of_its_own(sample: Path) -> None:
    text = sample.read_text(encoding="utf-8")
    one, other = corpus.varied(text, 1), corpus.varied(text, 2)
    assert len(one) == len(other) == len(text)
    assert similarity(_said(one), _said(other)) < 0.3


def test_years_move_together() -> None:
    moved = {corpus.varied("2025年3月，2024年；2025-03-01，第2030号。", copy) for copy in range(200)}
    pairs = [tuple(map(int, re.findall(r"(\d{4})[年-]", text))) for text in moved]
    assert len(set(pairs)) == corpus.YEARS
    assert all(one == other == middle + 1 for one, middle, other in pairs)
    assert all("第2030号" in text for text in moved)


def test_no_document_is_taken_for_a_copy(tmp_path: Path) -> None:
    corpus.corpus(tmp_path / "sources", 0.2)
    settings = pipeline.Settings(sources=(str(tmp_path / "sources"),), output=str(tmp_path / "output"), workers=0)
    report = pipeline.run(settings, pipeline.Plain())
    documents = pl.read_parquet(f"{report['path']}/documents/*.parquet")
    assert len(documents) > 3 * len(corpus.samples())
    assert documents["duplicate_of"].null_count() == len(documents)


def _outline(text: str) -> list[str]:
    source = extract(text.encode(), source_uri="text.txt")
    return [
        f"{row['kind']} {row['label']}" for row in segment(source, clean(source), load_rules(seeds.folder())).sections
    ]


def _said(text: str) -> Hashes:
    return sequences(np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32))
