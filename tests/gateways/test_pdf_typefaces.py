"""The typefaces of other scripts: the very files that the pages were looked at with."""

import hashlib

import pytest

from fsm_portal.gateways.pdf.layout import lay_out
from fsm_portal.gateways.pdf.script_face import script_face
from fsm_portal.gateways.pdf.typefaces import FILES, face_file, faces_for, han_face

SHA256 = {
    "NotoSans": "fb53504de62e767a54695416123d68d67f71c9b69722175184ad56e7dd13547b",
    "NotoSansArabic": "3fae4d7239d1faa55b234bda8091019a5251ff79df40d5e29367d84bed2a8138",
    "NotoSansArmenian": "e979dfaed56ddb4bfd05121958b25425eb7593253d64b6b3654c77c11c5cda94",
    "NotoSansBengali": "dc9defe97bb041876b6609e9029d9e1e228a686259acde2fe2a9f99d793ee17d",
    "NotoSansDevanagari": "bf99bf762743ff3259e73196852520ab0ffe8d384238bff3e4806a84b981e972",
    "NotoSansEthiopic": "93f223089e300b983dbfd693c7be619e0e76565a70d639e71a4fe0bfd72cf66f",
    "NotoSansGeorgian": "42f4a8bf4fe0af8afd91ee3c19e81e14f1bc74ddbd9b6a59a4182f67a596adb4",
    "NotoSansGujarati": "83d1bde74d64fb389f97a5e27b2699d8ee8bad4c15a02be347228e6c10011248",
    "NotoSansGurmukhi": "8a3096ee2166f6383501e2df7b368fce88cfa4068c8d75bcb6af07da353a00ea",
    "NotoSansHebrew": "9d81d81ad592644487b03843da73a87b99cd28a2c4da4a096e1db8fbd14fda61",
    "NotoSansKannada": "b6b11505d76eddf916667d73adfec19095ec777742444dc662dae81471461f4e",
    "NotoSansKhmer": "56f89948a84cc0b01962ed6af573ac4ac885bd7bb6e7e40f9afc72a435728b70",
    "NotoSansLao": "fc138d605aa998d8407789ee6a7f5554aae8b54f5cd98d66dd2c33e79d15b67e",
    "NotoSansMalayalam": "94cddc94a03fa9a5e8d1784090ba97b267def6933d60762081eaa003751142c5",
    "NotoSansMyanmar": "e0b280aa3080aab922800c88fa9a2015a4bec3103bb8b70491a92e4a04f3a3a3",
    "NotoSansOriya": "37f482d0179d0a50e3128d004f007ff1c1741ad5f6b0b2bcc7238b257ef1caa0",
    "NotoSansSinhala": "3fd7c6a61cb6dfb8a2ca7af5b4078bd24e9c8ad9b55839a0177277db6e4d1326",
    "NotoSansSymbols": "63724daeff6755a45933b9a5e3a3b41df5df8fe925c0f4c991f2f68c08a4182d",
    "NotoSansTamil": "37e151cdec4a8cfb15c432f7bb164a83b98df69419d47e50b35aa7073963716b",
    "NotoSansTelugu": "6c06de88b2d420d899543724a13765994191cd29860c6226efca098b51fec64b",
    "NotoSansThai": "13f52f79b04f01f2751a81052a5dee2df639fd4e13f4ac30821ab45c8dd5f7e7",
    "NotoEmoji": "de6c18832938afc99caf132b39d6a30a19bac7f2e812e28db2535b4608d27551",
    "NotoSansJP": "c2f3b4d463500a2ddcd3849cded1fceeb9fd6d1c32e6cbecd568453ba50fc68f",
    "NotoSansKR": "194018e6b2b293a7964f037b25c0249ce1418bc9ab3c971060a03aa57861e252",
    "NotoSansSC": "a3041811a78c361b1de50f953c805e0244951c21c5bd412f7232ef0d899af0da",
    "NotoSansTC": "864727d210d54f2537bbe23b3a839436c3992af72de9322af5270897246bd44f",
}


def test_the_files_are_those_that_were_looked_at():
    """Another file under the same name would change what documents look like."""
    found = {name: hashlib.sha256(face_file(name).read_bytes()).hexdigest() for name in FILES}
    assert found == SHA256


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_face_is_there_in_both_weights(name):
    regular, bold = script_face(name, "Regular"), script_face(name, "SemiBold")
    assert regular.characters == bold.characters
    letter = next(
        each for each in sorted(regular.characters) if each.isalpha() or ord(each) > 0x2600
    )
    thin, thick = (face.shape(letter, "ltr")[0].parts for face in (regular, bold))
    assert regular.subset([thin], [500]) != bold.subset([thick], [500])


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("ش", "NotoSansArabic"), ("ש", "NotoSansHebrew"), ("ก", "NotoSansThai"),
        ("अ", "NotoSansDevanagari"), ("한", "NotoSansKR"), ("東", "NotoSansSC"),
        ("あ", "NotoSansJP"), ("🔧", "NotoEmoji"), ("☎", "NotoEmoji"), ("ა", "NotoSansGeorgian"),
    ],
)  # fmt: skip
def test_a_script_has_its_face(character, name):
    assert lay_out(character, "Regular").runs[0].face == name
    assert name in faces_for(character)


def test_chinese_characters_are_drawn_as_the_reader_knows_them():
    assert han_face("ja", "直") == "NotoSansJP"
    assert han_face("zh_Hant", "直") == "NotoSansTC"
    assert han_face("zh", "直かな") == ""
    assert han_face("en", "直かな") == "NotoSansJP"
    drawn = {
        language: lay_out("直", "Regular", language).runs[0].face
        for language in ("ja", "zh", "zh_Hant", "ko", "en")
    }
    assert drawn == {
        "ja": "NotoSansJP",
        "zh": "NotoSansSC",
        "zh_Hant": "NotoSansTC",
        "ko": "NotoSansKR",
        "en": "NotoSansSC",
    }
