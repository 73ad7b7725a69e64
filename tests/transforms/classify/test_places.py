"""Places and the organs named after them, in the columns of the stage (own sentences)."""

from collections.abc import Callable
from typing import Any

import pytest

from transforms.classify import Codebook, classify

Found = list[tuple[str, str]]


@pytest.fixture
def found(tables: Callable[..., Any], codebook: Codebook) -> Callable[[str], tuple[Found, Found]]:
    """Places with their kind, organs with their role."""

    def of(text: str) -> tuple[Found, Found]:
        row = classify(*tables((text,)), codebook)[2].to_pylist()[0]
        return [(p["text"], p["kind"]) for p in row["places"]], [(o["text"], o["role"]) for o in row["organs"]]

    return of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("茶叶销往杭州市、云南和日本。", [("杭州市", "city"), ("云南", "place"), ("日本", "place")]),
        ("推动长三角与粤港澳大湾区互认。", [("长三角", "place"), ("粤港澳大湾区", "place")]),
        ("太湖流域、四川盆地和海南岛种茶。", [("太湖流域", "place"), ("四川盆地", "place"), ("海南岛", "island")]),
        ("台湾地区与青浦新城的茶馆。", [("台湾地区", "place"), ("青浦新城", "place")]),
        ("内蒙古自治区与香港特别行政区。", [("内蒙古自治区", "province"), ("香港特别行政区", "province")]),
        ("广东市场的茶价。", [("广东", "place")]),
        ("临江区建成茶村。", [("临江区", "district")]),
        ("新开通海拉尔至三地的航线。", [("海拉尔", "place")]),
        ("城市更新要保留城镇老茶馆，上市公司自取得之日起改造新城。", []),
        ("海洋牧场、自然资源和老城区的合作，和县城一起普及。", []),
        ("走中国特色茶业之路，学习中华人民共和国茶史。", []),
        ("依照《杭州市古茶树条例》第三条办理。", []),
        ("按照北京市人民政府令第5号办理。", []),
        ("报杭州市人民政府批准。", []),
    ],
)
def test_places(found: Callable[[str], tuple[Found, Found]], text: str, expected: Found) -> None:
    assert found(text)[0] == expected


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("报杭州市人民政府批准。", ["杭州市人民政府"]),
        ("浙江省人民政府与杭州市西湖区人民政府签约。", ["浙江省人民政府", "杭州市西湖区人民政府"]),
        ("浙江省第十二届人民代表大会常务委员会通过。", ["浙江省第十二届人民代表大会常务委员会"]),
        ("普洱市林业和草原局发布名录。", ["普洱市林业和草原局"]),
        ("根据市人大常委会的决定，执行市人民政府的命令。", ["市人大常委会", "市人民政府"]),
        ("城市人民政府管茶馆。", ["城市人民政府"]),
        ("《国务院关于茶业的决定》和国务院令第5号", []),
    ],
)
def test_a_place_before_an_organ_belongs_to_it(
    found: Callable[[str], tuple[Found, Found]], text: str, names: list[str]
) -> None:
    assert [name for name, _ in found(text)[1]] == names
