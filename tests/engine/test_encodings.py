"""Files in many encodings come in right, or can be put right by the student."""

import codecs
import unicodedata
from pathlib import Path

import pytest

from gpt_studio.engine.errors import CorpusError
from gpt_studio.engine.texts.encodings import ENCODINGS, WIDE
from gpt_studio.engine.texts.text_files import read_text_file

# The first article of the Universal Declaration of Human Rights in the words of its translations.
FRENCH = """Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison et de
conscience et doivent agir les uns envers les autres dans un esprit de fraternité."""
GERMAN = """Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und Gewissen begabt
und sollen einander im Geist der Brüderlichkeit begegnen."""
SPANISH = """Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de razón y
conciencia, deben comportarse fraternalmente los unos con los otros."""
PORTUGUESE = """Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de
consciência, devem agir uns para com os outros em espírito de fraternidade."""
ITALIAN = """Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione e di
coscienza e devono agire gli uni verso gli altri in spirito di fratellanza."""
SWEDISH = """Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft och samvete och
bör handla gentemot varandra i en anda av broderskap."""
DANISH = """Alle mennesker er født frie og lige i værdighed og rettigheder. De er udstyret med fornuft og samvittighed,
og de bør handle mod hverandre i en broderskabets ånd."""
ICELANDIC = """Hver maður er borinn frjáls og jafn öðrum að virðingu og réttindum. Menn eru gæddir vitsmunum og
samvizku, og ber þeim að breyta bróðurlega hverjum við annan."""
POLISH = """Wszyscy ludzie rodzą się wolni i równi pod względem swej godności i swych praw. Są oni obdarzeni rozumem i
sumieniem i powinni postępować wobec innych w duchu braterstwa."""
CZECH = """Všichni lidé rodí se svobodní a sobě rovní co do důstojnosti a práv. Jsou nadáni rozumem a svědomím a mají
spolu jednat v duchu bratrství."""
SLOVAK = """Všetci ľudia sa rodia slobodní a sebe rovní, čo sa týka ich dôstojnosti a práv. Sú obdarení rozumom a majú
navzájom jednať v bratskom duchu."""
HUNGARIAN = """Minden emberi lény szabadon születik és egyenlő méltósága és joga van. Az emberek, ésszel és
lelkiismerettel bírván, egymással szemben testvéri szellemben kell hogy viseltessenek."""
ROMANIAN = """Toate ființele umane se nasc libere și egale în demnitate și în drepturi. Ele sunt înzestrate cu rațiune
și conștiință și trebuie să se comporte unele față de altele în spiritul fraternității."""
CROATIAN = """Sva ljudska bića rađaju se slobodna i jednaka u dostojanstvu i pravima. Ona su obdarena razumom i
sviješću i trebaju jedna prema drugima postupati u duhu bratstva."""
TURKISH = """Bütün insanlar hür, haysiyet ve haklar bakımından eşit doğarlar. Akıl ve vicdana sahiptirler ve
birbirlerine karşı kardeşlik zihniyeti ile hareket etmelidirler."""
LITHUANIAN = """Visi žmonės gimsta laisvi ir lygūs savo orumu ir teisėmis. Jiems suteiktas protas ir sąžinė ir jie turi
elgtis vienas kito atžvilgiu kaip broliai."""
LATVIAN = """Visi cilvēki piedzimst brīvi un vienlīdzīgi savā pašcieņā un tiesībās. Viņi ir apveltīti ar saprātu un
sirdsapziņu, un viņiem jāizturas citam pret citu brālības garā."""
ESTONIAN = """Kõik inimesed sünnivad vabadena ja võrdsetena oma väärikuselt ja õigustelt. Neile on antud mõistus ja
südametunnistus ja nende suhtumist üksteisesse peab kandma vendluse vaim."""
VIETNAMESE = "Tất cả mọi người sinh ra đều được tự do và bình đẳng về nhân phẩm và quyền lợi."
RUSSIAN = """Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и совестью и
должны поступать в отношении друг друга в духе братства."""
UKRAINIAN = """Всі люди народжуються вільними і рівними у своїй гідності та правах. Вони наділені розумом і совістю і
повинні діяти у відношенні один до одного в дусі братерства."""
BULGARIAN = """Всички хора се раждат свободни и равни по достойнство и права. Те са надарени с разум и съвест и следва
да се отнасят помежду си в дух на братство."""
SERBIAN = """Сва људска бића рађају се слободна и једнака у достојанству и правима. Она су обдарена разумом и свешћу и
треба једни према другима да поступају у духу братства."""
GREEK = """Όλοι οι άνθρωποι γεννιούνται ελεύθεροι και ίσοι στην αξιοπρέπεια και τα δικαιώματα. Είναι προικισμένοι με
λογική και συνείδηση, και οφείλουν να συμπεριφέρονται μεταξύ τους με πνεύμα αδελφοσύνης."""
HEBREW = """כל בני אדם נולדו בני חורין ושווים בערכם ובזכויותיהם. כולם חוננו בתבונה ובמצפון, לפיכך חובה עליהם לנהוג
איש ברעהו ברוח של אחווה."""
ARABIC = """يولد جميع الناس أحرارا متساوين في الكرامة والحقوق. وقد وهبوا عقلا وضميرا وعليهم أن يعامل بعضهم بعضا بروح
الإخاء."""
THAI = """มนุษย์ทั้งหลายเกิดมามีอิสระและเสมอภาคกันในเกียรติศักดิ์และสิทธิ ต่างมีเหตุผลและมโนธรรม
และควรปฏิบัติต่อกันด้วยเจตนารมณ์แห่งภราดรภาพ"""
JAPANESE = """すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを
授けられており、互いに同胞の精神をもって行動しなければならない。"""
CHINESE = "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。\n"
TAIWANESE = "人人生而自由，在尊嚴和權利上一律平等。他們賦有理性和良心，並應以兄弟關係的精神相對待。\n"
KOREAN = """모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을
부여받았으며 서로 형제애의 정신으로 행동하여야 한다."""
CEDILLAS = str.maketrans("șțȘȚ", "şţŞŢ")  # what Romanian was written with before Unicode 3

FILES = [
    (GERMAN, "utf-8"), (RUSSIAN, "utf-8-sig"), (FRENCH, "utf-16"), (POLISH, "utf-16-le"), (GREEK, "utf-16-be"),
    (CHINESE, "utf-16-le"), (TURKISH, "utf-32"), (HEBREW, "utf-32-le"), (JAPANESE, "utf-32-be"), (FRENCH, "cp1252"),
    (GERMAN, "latin-1"), (ICELANDIC, "cp1252"), (SPANISH, "iso8859-15"), (SWEDISH, "mac-roman"),
    (PORTUGUESE, "mac-roman"), (ITALIAN, "cp850"), (DANISH, "cp850"), (SPANISH, "cp437"), (POLISH, "cp1250"),
    (CZECH, "cp1250"), (HUNGARIAN, "cp1250"), (SLOVAK, "iso8859-2"), (CROATIAN, "cp852"), (CZECH, "mac-latin2"),
    (ROMANIAN.translate(CEDILLAS), "cp1250"), (ROMANIAN, "iso8859-16"), (RUSSIAN, "cp1251"), (SERBIAN, "cp1251"),
    (RUSSIAN, "koi8-r"), (UKRAINIAN, "koi8-u"), (BULGARIAN, "cp866"), (RUSSIAN, "iso8859-5"),
    (UKRAINIAN, "mac-cyrillic"), (GREEK, "cp1253"), (GREEK, "iso8859-7"), (TURKISH, "cp1254"), (TURKISH, "iso8859-9"),
    (HEBREW, "cp1255"), (ARABIC, "cp1256"), (ARABIC, "iso8859-6"), (LATVIAN, "cp1257"), (LITHUANIAN, "cp1257"),
    (ESTONIAN, "iso8859-13"), (VIETNAMESE, "cp1258"), (THAI, "cp874"), (JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"),
    (JAPANESE, "iso2022_jp"), (CHINESE, "gb18030"), (TAIWANESE, "big5"), (KOREAN, "cp949"),
]  # fmt: skip
AMBIGUOUS = {"iso8859-16"}  # reads the same bytes with other, older letters, too; that is what most files mean


def written_in(text: str, encoding: str) -> str:
    """Text as an encoding can hold it: the Vietnamese one has marks of tone as characters of their own."""
    if encoding != "cp1258":
        return text
    made = ""
    for char in unicodedata.normalize("NFC", text):
        try:
            char.encode(encoding)
            made += char
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tone = next(part for part in parts[1:] if part in "\u0300\u0301\u0303\u0309\u0323")
            made += unicodedata.normalize("NFC", parts.replace(tone, "")) + tone
    return made


@pytest.mark.parametrize(("text", "encoding"), FILES)
def test_a_file_comes_in_right_or_can_be_put_right(tmp_path: Path, text: str, encoding: str) -> None:
    text = written_in(text, encoding)
    path = tmp_path / "text.txt"
    path.write_bytes(text.encode(encoding))
    read = read_text_file(path)
    if encoding in AMBIGUOUS:
        assert read.guessed
        assert encoding in read.alternatives
        assert read_text_file(path, encoding).text == text
    else:
        assert read.text == text, read.encoding


def test_these_are_more_than_forty_files_in_more_than_thirty_encodings() -> None:
    assert len(FILES) > 40
    assert len({codecs.lookup(encoding).name for _, encoding in FILES}) > 30
    assert {codecs.lookup(encoding).name for _, encoding in FILES} <= {
        *(codecs.lookup(name).name for name in ENCODINGS),
        "utf-8-sig",
    }


@pytest.mark.parametrize(("text", "encoding"), FILES)
def test_one_line_is_nearly_always_enough(tmp_path: Path, text: str, encoding: str) -> None:
    line = written_in(text.split(".")[0].split("。")[0], encoding)
    path = tmp_path / "text.txt"
    path.write_bytes(line.encode(encoding))
    read = read_text_file(path)
    assert read.text == line or encoding in read.alternatives


@pytest.mark.parametrize("encoding", WIDE)
@pytest.mark.parametrize("text", ["Plain English, and nothing else.\n", "Grüße aus der Ferne.\n", "道可道，非常道。\n"])
def test_a_large_file_without_a_mark_is_read_from_its_beginning(tmp_path: Path, encoding: str, text: str) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes((text * 1000).encode(encoding))
    assert read_text_file(path).text == text * 1000


def test_what_was_guessed_is_said_to_be_a_guess(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_bytes(POLISH.encode("utf-16-le"))
    assert read_text_file(path).guessed
    path.write_bytes(POLISH.encode("utf-16"))
    assert not read_text_file(path).guessed


@pytest.mark.parametrize("data", [b"text\0text", b"\0" * 100, b"\0\1\0\2\0\3" * 50, b"\xff\xfe\x00\xd8"])
def test_zeros_alone_make_no_text(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "data.bin"
    path.write_bytes(data)
    with pytest.raises(CorpusError, match=r"corpus\.(binary|empty)"):
        read_text_file(path)
