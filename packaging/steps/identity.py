"""What the program is called, to each system: the same words in every installer."""

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
