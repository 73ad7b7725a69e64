"""One Prefect server for the session, and small folders of documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import pools, work

NOTICE = """关于做好水利工程建设工作的通知

各县人民政府：

为加强水利工程建设管理，现就有关事项通知如下。

一、总体要求

各县应当加强组织领导，落实工作责任。

二、主要任务

（一）推进水库建设。到2030年，建成水库3座。

（二）完善灌溉设施。各县水利局负责组织实施。

某市人民政府
2026年3月2日
"""
RULES = """某市河道管理办法

第一条 为了加强河道管理，保障防洪安全，制定本办法。

第二条 本办法适用于本市行政区域内的河道管理。

第三条 任何单位和个人不得在河道内倾倒垃圾。

第四条 本办法自2026年5月1日起施行。
"""


@pytest.fixture(scope="session", autouse=True)
def _loaded() -> None:
    """Load the tables before a test puts something in their place."""
    work.warm()


@pytest.fixture(scope="session")
def prefect_server() -> Iterator[str]:
    """Address of a real Prefect server of the session."""
    from prefect.settings import PREFECT_API_URL  # noqa: PLC0415 - only tests that ask for it pay for its import
    from prefect.testing.utilities import prefect_test_harness  # noqa: PLC0415

    with prefect_test_harness(server_startup_timeout=180):
        yield PREFECT_API_URL.value()
        pools.close()


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    folder = tmp_path / "documents"
    (folder / "市级").mkdir(parents=True)
    (folder / "notice.txt").write_text(NOTICE, encoding="utf-8")
    (folder / "市级" / "rules.md").write_text(RULES, encoding="utf-8")
    (folder / "市级" / "copy.txt").write_text(NOTICE, encoding="gb18030")
    return folder
