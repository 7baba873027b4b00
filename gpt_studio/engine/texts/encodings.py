"""Which encoding a text is in, told by the letters of the languages that people write.

A file does not say how its letters are stored. Read in the right encoding they are the frequent letters of some
language, in the wrong one they are rare letters, capitals within words and signs. So each encoding is judged by the
number of nats that its reading would cost under the best of the languages below: letters by their rank, as
1 / (rank + 3), which is near enough to the truth; everything else dearly. The least number wins (minimum description
length, Rissanen 1978). Ranks are those of common texts, by hand.
"""

import math
import re
import unicodedata
from collections import Counter
from functools import cache, lru_cache

ENCODINGS = (  # of two that read a text alike, the first is told
    "utf-8", "cp1252", "latin-1", "iso8859-15", "mac-roman", "cp850", "cp437", "cp1250", "iso8859-2", "cp852",
    "mac-latin2", "iso8859-16", "cp1251", "koi8-r", "koi8-u", "cp866", "iso8859-5", "mac-cyrillic", "cp1253",
    "iso8859-7", "cp1254", "iso8859-9", "cp1255", "cp1256", "iso8859-6", "cp1257", "iso8859-13", "cp1258", "cp874",
    "shift_jis", "cp932", "euc_jp", "iso2022_jp", "gb18030", "big5", "cp949", "utf-16", "utf-16-le", "utf-16-be",
    "utf-32", "utf-32-le", "utf-32-be",
)  # fmt: skip
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")  # hold a zero in most letters, which no other text does
STRANGE = 8.5  # nats for each sign beyond ASCII, from which on a reading is no known language

_LANGUAGES = {  # letters beyond ASCII, the most frequent first
    "French": "éàèêçùâîôûœëïüÿæ",
    "German": "üäößé",
    "Spanish": "óíáéñúü",
    "Portuguese": "ãçáéíóõêúâàôü",
    "Italian": "èàùìòé",
    "Catalan": "àéòèíóúçï",
    "Swedish": "äöåé",
    "Danish": "øæåé",
    "Icelandic": "íáðéóþöúýæ",
    "Polish": "łążęśóćńź",
    "Czech": "áíéřěšýčžůúťďňó",
    "Slovak": "áíéčšýžľťúňôďäóĺŕ",
    "Hungarian": "áéöóőüíúű",
    "Romanian": "ăîâşţșț",
    "Croatian": "čšžćđ",
    "Turkish": "ıüşçğöâ",
    "Lithuanian": "ėšįųžąūčę",
    "Latvian": "āīēšūņļžķģčŗ",
    "Estonian": "äõüöšž",
    "Vietnamese": "đưàáôảâêạơấếệờốộ\u0300\u0301\u0323\u0309\u0303ă",
    "Russian": "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
    "Ukrainian": "оаинівертслкудмпзябьгчйхжїцюшєщфґ",
    "Bulgarian": "аоиетнрсвлкдпмуъзягбчйжшщхцюфь",
    "Serbian": "аоиенрјстудкмпвзлгбчшжцњљћхђфџ",
    "Greek": "αοιετσνηυρπκμλςωγδάίχόέθφβήύώξζψϊϋΐΰ",
    "Hebrew": "יוהלאתמרבנשעדקחכפםטגצסזןךץף",
    "Arabic": "الميونترةبعدفهكأسقحجشطصخىذغزءضثظإئؤآ،؟ًٌٍَُِّْ",
    "Thai": "านรกเอง่้มยลวดทัสิีตะปบคห์แจุพชขใไโผูำืึ็ฟซถธณษศญฉฮฐภฝฎฏฆฬฒฑๆฯ",
    "Japanese": "のいなにしたるとはてがをでかすもれこらさあまきりつおくえどよみけそやちだんっわうせろねへばめほじゃょ"
    "ひふむゆぶべずごンスルトリラッイクアーレドシジタフロカテマコグムサキニ、。「」",
    "Chinese": "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里"
    "所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从"
    "，。、：；？！“”《》",
    "Traditional Chinese": "的一是不了人我在有他這為之大來以個中上們到說國和地也子時道出而要於就下得可你年生自會那後"
    "能對著事其裡所去行過家十用發天如然作方成者多日都三小軍二無同麼經法當起與好看學進種將還分此心前面又定"
    "見只主沒公從，。、：；？！「」",
    "Korean": "이다의는에을를가은고하지로한도서기사자나어들인시대그아리해일수있것스전정등",
}
_SIGNS = set("«»„“”‘’‚–—…•§°€£¥¢©®™·¡¿№½¼¾±×÷²³µ\u00a0")
_WORD_SIGNS = set("’·\u00ad")  # stand within words
_CAPITAL, _ALONE, _SIGN, _MORE_HAN, _MORE_HANGUL, _STRANGE = 0.05, 0.05, 0.01, 6e-5, 2e-4, 1e-6
_ASCII = 3.0  # nats for a character of ASCII, which an encoding of East Asia may take for half of another one
_FIRST_GREEK = "\u0370"  # from here on, letters are of no Latin alphabet
_BEYOND = re.compile(r"[^\x00-\x7f]")


def rank(sample: bytes, encodings: tuple[str, ...]) -> list[tuple[float, str]]:
    """Every encoding with the nats that each character beyond ASCII costs in it, the likeliest first."""
    found = []
    for encoding in encodings:
        text = sample.decode(encoding, "replace")
        counts = _signs(text)
        beyond = sum(counts.values())
        nats = min(sum(count * cost(sign, name) for sign, count in counts.items()) for name in _LANGUAGES)
        found.append((nats + _ASCII * (len(text) - beyond), nats / max(1, beyond), encoding))
    return [(each, encoding) for _, each, encoding in sorted(found, key=lambda one: one[0])]


@lru_cache(maxsize=1 << 16)  # a picture that passes for Chinese would fill the memory
def cost(sign: str, language: str) -> float:
    """Nats for a character of a text in a language. Behind it may stand "x": out of place, or "i": a letter alone."""
    char, place = sign[0], sign[1:]
    if place == "x" and char not in _WORD_SIGNS:
        return -math.log(_STRANGE)
    weights = _weights(language)
    chance = weights.get(char, 0.0)
    if not chance and (lower := char.lower()) != char:
        chance = _CAPITAL * weights.get(lower, 0.0)
    if place == "i":
        chance *= _ALONE
    if not chance and (char in _SIGNS or char in _WORD_SIGNS):
        chance = _SIGN
    if not chance and "\u4e00" <= char <= "\u9fff" and ("Chinese" in language or language == "Japanese"):
        chance = _MORE_HAN
    if not chance and "\uac00" <= char <= "\ud7a3" and language == "Korean":
        chance = _MORE_HANGUL
    if not chance and "\u3041" <= char <= "\u30fe" and language == "Japanese":
        chance = _MORE_HANGUL
    return -math.log(chance or _STRANGE)


@cache
def _weights(language: str) -> dict[str, float]:
    letters = dict.fromkeys(_LANGUAGES[language])
    total = sum(1 / (rank + 3) for rank in range(len(letters)))
    return {letter: 1 / (rank + 3) / total for rank, letter in enumerate(letters)}


def _signs(text: str) -> Counter[str]:
    """The characters beyond ASCII, with a mark behind those that stand where their kind does not belong."""
    counts: Counter[str] = Counter()
    for found in _BEYOND.finditer(text):
        char, place = found[0], found.start()
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        if unicodedata.category(char)[0] in "LM":  # letters, and the marks above and below them
            odd = char.isupper() and (before.islower() or after.isdigit())
            mixed = char >= _FIRST_GREEK and _is_latin(before + after)
            alone = not (before.isalpha() or after.isalpha())
            counts[char + ("x" if odd or mixed else "i" if alone else "")] += 1
        else:
            counts[char + ("x" if before.isalpha() and after.isalpha() else "")] += 1
    return counts


def _is_latin(beside: str) -> bool:
    return any("a" <= char.lower() <= "z" for char in beside)
