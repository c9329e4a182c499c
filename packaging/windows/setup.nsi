; The Windows setup: for one person, no administrator, /S is silent, upgrade in place, uninstall. Workspaces and settings are never touched.
; makensis -DVERSION=0.1.0 -DPAYLOAD=build/package/dist/regbatch-desktop -DICON=build/package/icons/regbatch.ico -DOUT=dist/setup.exe setup.nsi
Unicode true
; A 64-bit setup for a 64-bit program.
Target amd64-unicode
SetCompressor /SOLID lzma
!include "MUI2.nsh"
!include "FileFunc.nsh"
!define NAME "RegBatch"
!define FOLDER "RegBatch Desktop"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\RegBatch Desktop"
!define CLASSES "Software\Classes"
Name "${NAME}"
OutFile "${OUT}"
RequestExecutionLevel user
InstallDir "$LOCALAPPDATA\Programs\${FOLDER}"
InstallDirRegKey HKCU "Software\${FOLDER}" "InstallDir"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!define MUI_FINISHPAGE_RUN "$INSTDIR\regbatch-desktop.exe"
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "RegBatch"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "RegBatch setup"
VIAddVersionKey "CompanyName" "RegBatch contributors"
VIAddVersionKey "LegalCopyright" "MIT License"

; A program that runs must not be half replaced: exit code 5, and nothing was changed.
!macro REFUSE_WHILE_RUNNING
  IfFileExists "$INSTDIR\regbatch-desktop.exe" 0 +9
    ClearErrors
    FileOpen $0 "$INSTDIR\regbatch-desktop.exe" a
    IfErrors 0 +5
      SetErrorLevel 5
      IfSilent +2
        MessageBox MB_OK|MB_ICONEXCLAMATION "RegBatch is running. Close it, then try again; nothing was changed."
      Abort
    FileClose $0
!macroend

Section "Install"
  !insertmacro REFUSE_WHILE_RUNNING
  ; Only what a setup put there goes: a file that somebody keeps in the folder stays.
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  SetOutPath "$INSTDIR"
  File /r "${PAYLOAD}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\RegBatch.lnk" "$INSTDIR\regbatch-desktop.exe"
  WriteRegStr HKCU "Software\${FOLDER}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "RegBatch"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\regbatch-desktop.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "RegBatch contributors"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
  ; A link opens a batch by its id; the program refuses anything more.
  WriteRegStr HKCU "${CLASSES}\regbatch" "" "URL:RegBatch batch"
  WriteRegStr HKCU "${CLASSES}\regbatch" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\regbatch\shell\open\command" "" '"$INSTDIR\regbatch-desktop.exe" "%1"'
  WriteRegStr HKCU "${CLASSES}\.regbatch" "" "RegBatch.Workspace"
  WriteRegStr HKCU "${CLASSES}\RegBatch.Workspace" "" "RegBatch workspace"
  WriteRegStr HKCU "${CLASSES}\RegBatch.Workspace\DefaultIcon" "" "$INSTDIR\regbatch-desktop.exe,0"
  WriteRegStr HKCU "${CLASSES}\RegBatch.Workspace\shell\open\command" "" '"$INSTDIR\regbatch-desktop.exe" "%1"'
SectionEnd

Section "Uninstall"
  !insertmacro REFUSE_WHILE_RUNNING
  Delete "$SMPROGRAMS\RegBatch.lnk"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  Delete "$INSTDIR\regbatch-desktop.exe"
  Delete "$INSTDIR\regbatch.exe"
  Delete "$INSTDIR\sbom.cdx.json"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${FOLDER}"
  DeleteRegKey HKCU "${CLASSES}\regbatch"
  DeleteRegKey HKCU "${CLASSES}\.regbatch"
  DeleteRegKey HKCU "${CLASSES}\RegBatch.Workspace"
  IfSilent +2
    MessageBox MB_OK "RegBatch was removed. Your workspaces, and settings in $LOCALAPPDATA\regbatch, stay where they are."
SectionEnd
