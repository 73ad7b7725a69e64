"""References to other documents of the corpus, and what they mean."""

from typing import TYPE_CHECKING, Any

import pyarrow.compute as pc
import pytest

from schemas import CLAUSES, DOCUMENTS, SECTIONS
from schemas.arrow import to_table
from tests.promise import structure
from transforms.classify import classify
from transforms.classify.citations import with_documents
from transforms.classify.codebook import Codebook
from transforms.publish import mark_copies
from transforms.segment import Rules

if TYPE_CHECKING:
    import pyarrow as pa

ACT = "云陵市停车场条例\n第一条 停车场应当设置标志。\n停车场应当公示价格。\n第二条 本条例自2026年1月1日起施行。\n"
NOTICE = (
    "云陵市人民政府关于印发停车收费办法的通知\n云政发〔2026〕4号\n各区人民政府：\n现将《停车收费办法》印发给你们，请遵照执行。\n"
    "云陵市人民政府\n2026年3月2日\n停车收费办法\n第一条 停车收费实行政府指导价。\n第二条 本办法自公布之日起施行。\n"
)
CITING = "关于停车工作的意见\n一、总体要求\n{}\n二、工作任务\n各区要加强停车管理，提高服务水平。\n"


@pytest.fixture(scope="module")
def targets(rules: Rules, codebook: Codebook) -> Any:
    """Targets of the references of a sentence in a corpus of the two documents above and others."""

    def find(sentence: str, *more: str) -> list[str | None]:
        texts = [ACT, NOTICE, CITING.format(sentence), *more]
        done = [structure(text, rules, uri=f"{place}.txt") for place, text in enumerate(texts)]
        made = [
            to_table(dataset, [row for one in done for row in getattr(one, dataset.name)])
            for dataset in (DOCUMENTS, SECTIONS, CLAUSES)
        ]
        documents, sections, clauses = classify(*made, codebook)
        documents = mark_copies(documents)
        names = dict(zip(documents["document_id"].to_pylist(), documents["source_uri"].to_pylist(), strict=True))
        attached = pc.equal(sections["kind"], "attachment")
        linked: pa.Table = with_documents(documents, sections.filter(attached), clauses, lambda _: sections)
        assert linked.schema == clauses.schema
        citing = {row["document_id"] for row in documents.to_pylist() if row["source_uri"] == "2.txt"}
        found = [
            r["target_id"] for row in linked.to_pylist() if row["document_id"] in citing for r in row["references"]
        ]
        return [t and names[t.split("/")[0]] + t[16:] for t in found]

    return find


@pytest.mark.parametrize(
    ("sentence", "target"),
    [
        ("各区要落实《云陵市停车场条例》。", "0.txt"),
        ("各区要落实《云陵市停车场条例（试行）》。", "0.txt"),
        ("各区要落实《云陵市停车场条例》第一条第二款。", "0.txt/art_1__para_2"),
        ("各区要落实《云陵市停车场条例》第九条。", "0.txt"),
        ("各区要落实云政发〔2026〕4号文件。", "1.txt"),
        ("各区要落实云政发[2026]4号文件。", "1.txt"),
        ("各区要落实《停车收费办法》第二条。", "1.txt/att__art_2"),
        ("各区要落实《云陵市绿化条例》。", None),
        ("各区要落实云政发〔2026〕5号文件。", None),
    ],
)
def test_target(sentence: str, target: str | None, targets: Any) -> None:
    assert targets(sentence) == [target]


def test_a_copy_is_not_meant(targets: Any) -> None:
    assert targets("各区要落实《云陵市停车场条例》。", ACT) == ["0.txt"]


def test_what_two_documents_are_called_means_neither(targets: Any) -> None:
    other = ACT.replace("2026", "2027")
    assert targets("各区要落实《云陵市停车场条例》。", other) == [None]
