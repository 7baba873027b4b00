"""What the program is called, to each system: the same words in every installer."""

import re
from typing import Any

NAME = "GPT Studio"
COMMAND = "gpt-studio"
ID = "org.gpt_studio.GPTStudio"
PUBLISHER = "GPT Studio contributors"
SUMMARY = "Train a small GPT, write with it, test it and look inside"
RUN_SUFFIX = "gptrun"
RUN_MIME = "application/vnd.gpt-studio.run+zip"
RUN_NAME = "GPT Studio run"
# Never change it: by this code Windows knows that a new MSI replaces an older one.
MSI_UPGRADE_CODE = "001FCA21-9476-4561-AECF-07DE62F0AD1C"


def info_plist(version: str) -> dict[str, Any]:
    """What macOS is told about the program and its document."""
    return {
        "CFBundleName": NAME,
        "CFBundleDisplayName": NAME,
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "LSMinimumSystemVersion": "14.0",  # torch's wheel wants it
        "LSApplicationCategoryType": "public.app-category.education",
        "NSHighResolutionCapable": True,
        "NSHumanReadableCopyright": f"© 2026 {PUBLISHER}, MIT licence",
        "CFBundleDocumentTypes": [
            {
                "CFBundleTypeName": RUN_NAME,
                "CFBundleTypeRole": "Viewer",
                "LSHandlerRank": "Owner",
                "LSItemContentTypes": [f"{ID}.run"],
                "CFBundleTypeIconFile": "gptrun.icns",
            }
        ],
        "UTExportedTypeDeclarations": [
            {
                "UTTypeIdentifier": f"{ID}.run",
                "UTTypeDescription": RUN_NAME,
                "UTTypeConformsTo": ["public.data"],
                "UTTypeTagSpecification": {"public.filename-extension": [RUN_SUFFIX], "public.mime-type": [RUN_MIME]},
            }
        ],
    }


def version_resource(version: str) -> str:
    """What Windows shows among a program's properties, as PyInstaller reads it: the text of one Python expression.

    Windows wants four numbers; letters, as those of a release candidate, stay in the version for people.
    """
    numbers = re.match(r"\d+(\.\d+)*", version)
    parts = [int(part) for part in numbers[0].split(".")] if numbers else []
    four = tuple((parts + [0] * 4)[:4])
    words = {
        "CompanyName": PUBLISHER,
        "FileDescription": NAME,
        "FileVersion": version,
        "InternalName": COMMAND,
        "LegalCopyright": f"© 2026 {PUBLISHER}, MIT licence",
        "ProductName": NAME,
        "ProductVersion": version,
    }
    table = ", ".join(f"StringStruct({name!r}, {value!r})" for name, value in words.items())
    fixed = "mask=0x3F, flags=0x0, OS=0x40004, fileType=0x1, subtype=0x0, date=(0, 0)"  # a program for Windows NT
    return (  # 0409, 1033: English; 04B0, 1200: Unicode
        f"VSVersionInfo(ffi=FixedFileInfo(filevers={four}, prodvers={four}, {fixed}), kids=["
        f"StringFileInfo([StringTable('040904B0', [{table}])]), "
        "VarFileInfo([VarStruct('Translation', [1033, 1200])])])\n"
    )
