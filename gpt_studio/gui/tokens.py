"""The colours of the window by what they mean, once per theme. Contrasts are guarded by tests/gui/test_theme.py."""

from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Theme:
    """One set of colours, as "#RRGGBB". A colour keeps its meaning on every tab.

    `train` is text that is learnt from, `val` text that is held back, each with its loss; `accent` is what can be
    operated; `good`, `warn` and `bad` always stand beside an icon or a word. `..._soft` are backgrounds.
    """

    name: str
    is_dark: bool
    window: str
    chrome: str
    surface: str
    inset: str
    line: str
    edge: str
    text: str
    text2: str
    text3: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    sel: str
    train: str
    train_soft: str
    val: str
    val_soft: str
    other: str
    grid: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    parts: dict[str, tuple[str, str]]  # part of the model: (strong, soft)
    chips: tuple[str, str, str, str, str]  # fills of token chips, used in turn
    maps: dict[str, tuple[str, ...]] = field(default_factory=dict)  # evenly spaced stops, low to high

    @property
    def off(self) -> str:
        """Words on what cannot be operated now."""
        return self.line if self.name == "contrast" else self.text3

    @property
    def groove(self) -> str:
        """What a slider or a bar has not reached yet."""
        return self.grid if self.name == "contrast" else self.line

    @cached_property  # asked for with every colour that is painted
    def colors(self) -> dict[str, str]:
        """Every plain token by name; parts are `part_<name>` and `part_<name>_soft`."""
        plain = {name: value for name, value in vars(self).items() if isinstance(value, str) and name != "name"}
        for part, (strong, soft) in self.parts.items():
            plain[f"part_{part}"], plain[f"part_{part}_soft"] = strong, soft
        return plain | {"off": self.off, "groove": self.groove}


LIGHT = Theme(
    name="light",
    is_dark=False,
    window="#F2F4F7",
    chrome="#E9ECF1",
    surface="#FFFFFF",
    inset="#F7F8FA",
    line="#DCE0E7",
    edge="#7B8593",
    text="#1A1F28",
    text2="#465061",
    text3="#626C7C",
    accent="#1F5FBF",
    accent_hover="#184E9F",
    on_accent="#FFFFFF",
    accent_soft="#E6EEFB",
    sel="#CFE0FA",
    train="#0B66B5",
    train_soft="#DCEAF7",
    val="#B34700",
    val_soft="#FBE6D8",
    other="#8993A1",
    grid="#E6E9EE",
    good="#0A7A4B",
    good_soft="#E2F4EB",
    warn="#8A5A00",
    warn_soft="#FCF1D6",
    bad="#B3261E",
    bad_soft="#FCE8E6",
    parts={
        "token": ("#6B46C1", "#EEE9FA"),
        "position": ("#C66BCE", "#F8E9FA"),
        "attention": ("#0B7373", "#DFF2F0"),
        "feed_forward": ("#9A5B00", "#FBEEDA"),
        "norm": ("#8993A1", "#ECEFF3"),
        "head": ("#A8323F", "#FAE7E8"),
    },
    chips=("#DCE8F8", "#DDF1EC", "#FBECD3", "#EAE4F8", "#F8E3EC"),
    maps={
        "attention": ("#FFFFFF", "#D3E4F6", "#8DBBE6", "#3C82C4", "#12508F", "#06264A"),
        "surprise": ("#FFFFFF", "#FBE3EE", "#F3B0CC", "#DE6A9F", "#A22C6C", "#5A0F42"),
        "surprise_text": ("#FFFFFF", "#FCE9F1", "#F7C9DC", "#F0A5C6", "#E783B0"),
    },
)

DARK = Theme(
    name="dark",
    is_dark=True,
    window="#15181D",
    chrome="#101317",
    surface="#1D2127",
    inset="#181B21",
    line="#313741",
    edge="#727C8B",
    text="#ECEFF4",
    text2="#BAC2CE",
    text3="#97A1AF",
    accent="#6EA8FF",
    accent_hover="#8DBBFF",
    on_accent="#0D1626",
    accent_soft="#1C3154",
    sel="#27456F",
    train="#62B0F0",
    train_soft="#18344C",
    val="#F5A15A",
    val_soft="#43301F",
    other="#69737F",
    grid="#292F38",
    good="#5CCB96",
    good_soft="#17352A",
    warn="#E9BE5C",
    warn_soft="#3A3018",
    bad="#FF8F85",
    bad_soft="#402220",
    parts={
        "token": ("#B49CF5", "#2B2542"),
        "position": ("#F5CDF5", "#38253A"),
        "attention": ("#5CC6C0", "#173533"),
        "feed_forward": ("#E0A958", "#382B18"),
        "norm": ("#77818F", "#282E37"),
        "head": ("#F08A93", "#3B2326"),
    },
    chips=("#18344C", "#173533", "#382B18", "#2B2542", "#38253A"),
    maps={
        "attention": ("#1D2127", "#1B3A5E", "#23619F", "#4C97D8", "#A6D2F7", "#F4FAFF"),
        "surprise": ("#1D2127", "#44203A", "#7B2B5F", "#BD4A8C", "#EE93BF", "#FFE6F1"),
        "surprise_text": ("#1D2127", "#3A2133", "#5C2A4B", "#7F3565", "#A0417E"),
    },
)

# Black ground, every word at 7:1 or more, every edge as strong as the text.
CONTRAST = Theme(
    name="contrast",
    is_dark=True,
    window="#000000",
    chrome="#000000",
    surface="#000000",
    inset="#0B0B0B",
    line="#9AA3AE",
    edge="#FFFFFF",
    text="#FFFFFF",
    text2="#FFFFFF",
    text3="#DDE3EA",
    accent="#8CC4FF",
    accent_hover="#C2E0FF",
    on_accent="#000000",
    accent_soft="#062A52",
    sel="#0B3F78",
    train="#7CC7FF",
    train_soft="#06304F",
    val="#FFB870",
    val_soft="#472806",
    other="#B4BCC6",
    grid="#3A4048",
    good="#74EBB2",
    good_soft="#053823",
    warn="#FFDC70",
    warn_soft="#3F3000",
    bad="#FFA9A1",
    bad_soft="#4D100B",
    parts={
        "token": ("#CDBBFF", "#2A1D55"),
        "position": ("#FFDCFF", "#4A1F4D"),
        "attention": ("#76E6DF", "#063B38"),
        "feed_forward": ("#FFC570", "#452C05"),
        "norm": ("#AEB7C2", "#2A3038"),
        "head": ("#FF9DA6", "#52161C"),
    },
    chips=("#06304F", "#063B38", "#452C05", "#2A1D55", "#4A1F4D"),
    maps={
        "attention": ("#000000", "#123A66", "#1F66AC", "#4FA0E8", "#AEDAFF", "#FFFFFF"),
        "surprise": ("#000000", "#46183A", "#822C64", "#C84F94", "#F59CC8", "#FFF0F7"),
        "surprise_text": ("#000000", "#331629", "#552243", "#772E5E", "#963875"),
    },
)
