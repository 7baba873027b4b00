; A program that does nothing, quickly: it stands for GPT Studio.exe where the installers are tried without Windows.
Unicode true
Target amd64-unicode
Name "stand-in"
OutFile "${OUT}"
RequestExecutionLevel user
SilentInstall silent
Section
SectionEnd
