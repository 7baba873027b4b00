; The installer for Windows. Made by packaging/build.py --installers with makensis, on Windows or on Linux:
;   makensis -DVERSION=0.1.0 -DPAYLOAD=folder -DOUT=setup.exe -DICONS=folder [-DDATA=name.zip] gpt-studio.nsi
;
; By itself it installs for the user who starts it and asks for no rights. For all users, from an administrator's prompt:
;   setup.exe /S /ALLUSERS
; /S is silent; /D=C:\Some folder (last, without quotes) chooses the place.
; DATA: the CUDA build passes the 2 GB that an NSIS installer can hold, so its files lie in a zip beside the setup.

Unicode true
!ifndef TARGET_SET
  Target amd64-unicode
!endif
!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"

!define NAME "GPT Studio"
!define PROGRAM "GPT Studio.exe"
!define DOCUMENT "GPTStudio.Run"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\GPTStudio"

Name "${NAME}"
OutFile "${OUT}"
RequestExecutionLevel user
ShowInstDetails nevershow
ShowUninstDetails nevershow
SetCompressor /SOLID lzma
SetCompressorDictSize 64
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey ProductName "${NAME}"
VIAddVersionKey FileDescription "${NAME} setup"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey LegalCopyright "GPT Studio contributors, MIT licence"

!define MUI_ICON "${ICONS}/gpt-studio.ico"
!define MUI_UNICON "${ICONS}/gpt-studio.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${PROGRAM}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "German"
!insertmacro MUI_LANGUAGE "French"

Var AllUsers

; Whom it is for: the shell's folders and the registry's half follow from this.
!macro ForWhom UN
  Function ${UN}ForWhom
    SetRegView 64
    ${If} $AllUsers == 1
      SetShellVarContext all
    ${Else}
      SetShellVarContext current
    ${EndIf}
  FunctionEnd
!macroend
!insertmacro ForWhom ""
!insertmacro ForWhom "un."

Function .onInit
  StrCpy $AllUsers 0
  ${GetParameters} $R0
  ClearErrors
  ${GetOptions} $R0 "/ALLUSERS" $R1
  ${IfNot} ${Errors}
    StrCpy $AllUsers 1
    UserInfo::GetAccountType
    Pop $R2
    ${If} $R2 != "Admin"
      MessageBox MB_ICONSTOP|MB_OK "/ALLUSERS must be started from an administrator's prompt." /SD IDOK
      SetErrorLevel 740
      Quit
    ${EndIf}
  ${EndIf}
  Call ForWhom
  ${If} $INSTDIR == ""
    ReadRegStr $INSTDIR SHCTX "${UNINSTALL}" "InstallLocation"
  ${EndIf}
  ${If} $INSTDIR == ""
    ${If} $AllUsers == 1
      StrCpy $INSTDIR "$PROGRAMFILES64\${NAME}"
    ${Else}
      StrCpy $INSTDIR "$LOCALAPPDATA\Programs\${NAME}"
    ${EndIf}
  ${EndIf}
FunctionEnd

; A program that runs holds its file open: then nothing has been touched yet.
!macro RefuseWhileRunning
  ${If} ${FileExists} "$INSTDIR\${PROGRAM}"
    ClearErrors
    FileOpen $R0 "$INSTDIR\${PROGRAM}" a
    ${If} ${Errors}
      MessageBox MB_ICONEXCLAMATION|MB_OK "Close ${NAME} first, then start again." /SD IDOK
      SetErrorLevel 1618
      Quit
    ${EndIf}
    FileClose $R0
  ${EndIf}
!macroend

; What an earlier version has laid here. A file that somebody has put beside it stays.
!macro RemoveProgram
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${PROGRAM}"
  Delete "$INSTDIR\gpt-studio.exe"
  Delete "$INSTDIR\gptrun.ico"
!macroend

Section "install"
  !insertmacro RefuseWhileRunning
  !insertmacro RemoveProgram
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  File "${ICONS}/gptrun.ico"
!ifdef DATA
  DetailPrint "Unpacking ${DATA}"
  nsExec::ExecToLog '"$SYSDIR\tar.exe" -xf "$EXEDIR\${DATA}" -C "$INSTDIR"'
  Pop $R0
  ${If} $R0 != 0
    MessageBox MB_ICONSTOP|MB_OK "${DATA} must lie beside this setup and be whole. Download it again." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
!endif
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${NAME}.lnk" "$INSTDIR\${PROGRAM}"

  WriteRegStr SHCTX "Software\Classes\.gptrun" "" "${DOCUMENT}"
  WriteRegStr SHCTX "Software\Classes\.gptrun" "Content Type" "application/vnd.gpt-studio.run+zip"
  WriteRegStr SHCTX "Software\Classes\${DOCUMENT}" "" "GPT Studio run"
  WriteRegStr SHCTX "Software\Classes\${DOCUMENT}\DefaultIcon" "" "$INSTDIR\gptrun.ico"
  WriteRegStr SHCTX "Software\Classes\${DOCUMENT}\shell\open\command" "" '"$INSTDIR\${PROGRAM}" "%1"'

  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr SHCTX "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${PROGRAM}"
  WriteRegStr SHCTX "${UNINSTALL}" "Publisher" "GPT Studio contributors"
  WriteRegStr SHCTX "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegDWORD SHCTX "${UNINSTALL}" "AllUsers" $AllUsers
  WriteRegStr SHCTX "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr SHCTX "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD SHCTX "${UNINSTALL}" "EstimatedSize" "$0"
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD SHCTX "${UNINSTALL}" "NoRepair" 1
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

Function un.onInit
  SetRegView 64
  StrCpy $AllUsers 0
  ReadRegStr $R0 HKLM "${UNINSTALL}" "InstallLocation"
  ${If} $R0 == $INSTDIR
    StrCpy $AllUsers 1
  ${EndIf}
  Call un.ForWhom
FunctionEnd

Section "Uninstall"
  !insertmacro RefuseWhileRunning
  !insertmacro RemoveProgram
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR" ; only where it is empty: runs and texts lie among the documents, and stay
  Delete "$SMPROGRAMS\${NAME}.lnk"
  ReadRegStr $R0 SHCTX "Software\Classes\.gptrun" ""
  ${If} $R0 == "${DOCUMENT}"
    DeleteRegKey SHCTX "Software\Classes\.gptrun"
  ${EndIf}
  DeleteRegKey SHCTX "Software\Classes\${DOCUMENT}"
  DeleteRegKey SHCTX "${UNINSTALL}"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
