"""For Windows: a setup for everybody, an MSI for administrators, a zip that needs no installation.

The tools run on Linux too, so the recipes are tried there with a stand-in for the program (trial_windows.py). The program
itself must be frozen on Windows.
"""

import os
import shutil
import sys
import uuid
import zipfile
from pathlib import Path
from xml.sax.saxutils import quoteattr

from steps import bundle, icons_made, identity

RECIPE = bundle.ROOT / "packaging" / "windows" / "gpt-studio.nsi"
SPACE = uuid.UUID(identity.MSI_UPGRADE_CODE)
NSIS_LIMIT = 1_900_000_000  # bytes; at 2 GiB makensis stops with "error mmapping file"


def setup(
    payload: Path, target: Path, version: str | None = None, suffix: str = "", limit: int = NSIS_LIMIT
) -> list[Path]:
    """The installer and, where the program is too large for NSIS, the zip that must lie beside it."""
    version = version or bundle.version()
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"gpt-studio{suffix}-{version}-windows-setup.exe"
    defines = {"VERSION": version, "OUT": made, "ICONS": icons_made.FOLDER, "PAYLOAD": payload}
    files = [made]
    if sum(file.stat().st_size for file in payload.rglob("*") if file.is_file()) > limit:
        data = target / f"gpt-studio{suffix}-{version}-windows-files.zip"
        _zip(payload / "_internal", data, "_internal")
        light = bundle.WORK / "setup-without-files"
        shutil.rmtree(light, ignore_errors=True)
        shutil.copytree(payload, light, ignore=shutil.ignore_patterns("_internal"))
        defines |= {"PAYLOAD": light, "DATA": data.name}
        files.append(data)
    words = [f"-D{name}={value}" for name, value in defines.items()]
    bundle.run(["makensis", "-V2", "-INPUTCHARSET", "UTF8", *words, RECIPE])
    return files


def portable(payload: Path, target: Path, suffix: str = "") -> Path:
    target.mkdir(parents=True, exist_ok=True)
    made = target / f"gpt-studio{suffix}-{bundle.version()}-windows-portable.zip"
    _zip(payload, made, "GPT Studio")
    return made


def _zip(source: Path, made: Path, folder: str) -> None:
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for file in sorted(source.rglob("*")):
            if file.is_file():
                packed.write(file, f"{folder}/{file.relative_to(source).as_posix()}")


def msi(payload: Path, target: Path, version: str | None = None, suffix: str = "") -> Path:
    """For group policy and device management: for all users, silent with `msiexec /i … /qn`, replaces older ones."""
    version = version or bundle.version()
    target.mkdir(parents=True, exist_ok=True)
    recipe = bundle.WORK / "gpt-studio.wxs"
    recipe.write_text(msi_recipe(payload, version), "utf-8")
    made = target / f"gpt-studio{suffix}-{version}-windows.msi"
    if sys.platform == "win32":  # WiX 3's own tools; on Linux wixl reads the same recipe
        bundle.run(["candle", "-arch", "x64", "-out", bundle.WORK / "gpt-studio.wixobj", recipe], cwd=bundle.WORK)
        bundle.run(["light", "-out", made, bundle.WORK / "gpt-studio.wixobj"], cwd=bundle.WORK)
    else:
        bundle.run(["wixl", "-a", "x64", "-o", made, recipe], cwd=bundle.WORK)
    return made


def msi_recipe(payload: Path, version: str) -> str:
    """All files, each a component of its own; its code follows from its name, so that an update finds it again."""
    components: list[str] = []
    folders = _folder(payload, payload, components, 5)
    icon = _source(icons_made.FOLDER / "gptrun.ico")
    references = "\n".join(f'      <ComponentRef Id="{name}"/>' for name in components)
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
  <Product Id="*" Name="{identity.NAME}" Language="1033" Version="{version}" Manufacturer="{identity.PUBLISHER}"
           UpgradeCode="{identity.MSI_UPGRADE_CODE}">
    <Package InstallerVersion="301" Compressed="yes" InstallScope="perMachine"/>
    <MajorUpgrade DowngradeErrorMessage="A newer GPT Studio is installed already."/>
    <Media Id="1" Cabinet="files.cab" EmbedCab="yes"/>
    <Icon Id="program.ico" SourceFile={_source(icons_made.FOLDER / "gpt-studio.ico")}/>
    <Property Id="ARPPRODUCTICON" Value="program.ico"/>
    <Directory Id="TARGETDIR" Name="SourceDir">
      <Directory Id="ProgramMenuFolder"/>
      <Directory Id="ProgramFiles64Folder">
        <Directory Id="INSTALLDIR" Name="{identity.NAME}">
{folders}
          <Component Id="document" Guid="{uuid.uuid5(SPACE, "document")}" Win64="yes">
            <File Id="gptrun.ico" Name="gptrun.ico" Source={icon} KeyPath="yes"/>
            <RegistryValue Root="HKLM" Key="Software\\Classes\\.{identity.RUN_SUFFIX}" Type="string" Value="GPTStudio.Run"/>
            <RegistryValue Root="HKLM" Key="Software\\Classes\\GPTStudio.Run" Type="string" Value="{identity.RUN_NAME}"/>
            <RegistryValue Root="HKLM" Key="Software\\Classes\\GPTStudio.Run\\DefaultIcon" Type="string" Value="[INSTALLDIR]gptrun.ico"/>
            <RegistryValue Root="HKLM" Key="Software\\Classes\\GPTStudio.Run\\shell\\open\\command" Type="string" Value="&quot;[INSTALLDIR]GPT Studio.exe&quot; &quot;%1&quot;"/>
          </Component>
          <Component Id="menu" Guid="{uuid.uuid5(SPACE, "menu")}" Win64="yes">
            <Shortcut Id="shortcut" Directory="ProgramMenuFolder" Name="{identity.NAME}" Target="[INSTALLDIR]GPT Studio.exe" WorkingDirectory="INSTALLDIR"/>
            <RegistryValue Root="HKLM" Key="Software\\GPT Studio" Name="Menu" Type="integer" Value="1" KeyPath="yes"/>
          </Component>
        </Directory>
      </Directory>
    </Directory>
    <Feature Id="all" Level="1">
{references}
      <ComponentRef Id="document"/>
      <ComponentRef Id="menu"/>
    </Feature>
  </Product>
</Wix>
"""


def _source(path: Path) -> str:
    """A file's place as seen from the recipe: wixl takes no other."""
    return quoteattr(os.path.relpath(path, bundle.WORK))


def _folder(folder: Path, root: Path, components: list[str], depth: int) -> str:
    lines, indent = [], "  " * depth
    for path in sorted(folder.iterdir()):
        name = path.relative_to(root).as_posix()
        id = uuid.uuid5(SPACE, name).hex
        if path.is_dir():
            inner = _folder(path, root, components, depth + 1)
            lines.append(f'{indent}<Directory Id="d{id}" Name={quoteattr(path.name)}>\n{inner}\n{indent}</Directory>')
        else:
            components.append(f"c{id}")
            file = f'<File Id="f{id}" Name={quoteattr(path.name)} Source={_source(path)} KeyPath="yes"/>'
            lines.append(
                f'{indent}<Component Id="c{id}" Guid="{uuid.uuid5(SPACE, "c" + name)}" Win64="yes">{file}</Component>'
            )
    return "\n".join(lines)


def sign(files: list[Path], certificate: str | None, password: str | None) -> None:
    """Authenticode, where a certificate is named (GPT_STUDIO_PFX, GPT_STUDIO_PFX_PASSWORD); else nothing is done."""
    for file in files if certificate else ():
        if file.suffix not in (".exe", ".msi"):
            continue
        signed = file.with_suffix(f".signed{file.suffix}")
        words = ["-pkcs12", certificate, "-pass", password or "", "-n", identity.NAME]
        bundle.run(["osslsigncode", "sign", *words, "-in", file, "-out", signed])
        signed.replace(file)
