//! The calls to Windows that no safe library offers, each behind a safe function.
#![allow(unsafe_code, reason = "calls to Windows have no safe interface; see each SAFETY")]

use std::{
    ffi::OsString,
    io,
    os::windows::ffi::OsStringExt,
    path::{Path, PathBuf, absolute},
};

use windows::{
    Win32::{
        System::{
            Com::{
                CLSCTX_INPROC_SERVER, COINIT_APARTMENTTHREADED, COINIT_DISABLE_OLE1DDE, CoCreateInstance,
                CoInitializeEx, CoTaskMemFree, CoUninitialize, IPersistFile,
            },
            Console::GetConsoleProcessList,
            Diagnostics::Debug::{SEM_FAILCRITICALERRORS, SetErrorMode},
        },
        UI::{
            Shell::{
                FOLDERID_Documents, FOLDERID_SendTo, IShellLinkW, KF_FLAG_DEFAULT, SHGetKnownFolderPath, ShellExecuteW,
                ShellLink,
            },
            WindowsAndMessaging::SW_SHOWNORMAL,
        },
    },
    core::{GUID, HSTRING, Interface, w},
};

/// A drive without a disk is an answer, not a message box.
pub(in crate::cli) fn prepare() {
    // SAFETY: sets a flag of this process, and is called before there is a second thread.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS) };
}

/// The console was opened for this program and closes with it, as after a double click.
pub(in crate::cli) fn console_is_ours() -> bool {
    let mut processes = [0; 2];
    // SAFETY: Windows writes at most as many numbers as the array holds, and says how many there are.
    unsafe { GetConsoleProcessList(&mut processes) == 1 }
}

/// The user's Documents, also where they were moved to a server or to OneDrive.
pub(in crate::cli) fn documents() -> Option<PathBuf> {
    folder(&FOLDERID_Documents)
}

/// The folder of the entries below "Send to".
pub(in crate::cli) fn send_to() -> Option<PathBuf> {
    folder(&FOLDERID_SendTo)
}

fn folder(id: &GUID) -> Option<PathBuf> {
    // SAFETY: the text is NUL-terminated, read before it is freed, and freed once, as the call asks for.
    unsafe {
        let text = SHGetKnownFolderPath(id, KF_FLAG_DEFAULT, None).ok()?;
        let path = OsString::from_wide(text.as_wide());
        CoTaskMemFree(Some(text.as_ptr().cast()));
        Some(path.into())
    }
}

/// Opens a file in its program, without waiting for it to be closed.
pub(in crate::cli) fn show(file: &Path) -> io::Result<()> {
    let _com = Com::start();
    let file = HSTRING::from(absolute(file)?.as_path());
    // SAFETY: both texts are NUL-terminated and outlive the call; nothing else is passed.
    let answer = unsafe { ShellExecuteW(None, w!("open"), &file, None, None, SW_SHOWNORMAL) };
    // An answer of up to 32 is an error, else it means nothing.
    if answer.0 as usize > 32 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Writes the shortcut `link`, which starts `target`.
pub(in crate::cli) fn save_shortcut(link: &Path, target: &Path, description: &str) -> io::Result<()> {
    let _com = Com::start();
    // SAFETY: COM runs on this thread until `_com` is gone, which is after the two objects; all texts are
    // NUL-terminated and outlive the calls.
    unsafe {
        let shortcut: IShellLinkW = CoCreateInstance(&ShellLink, None, CLSCTX_INPROC_SERVER)?;
        shortcut.SetPath(&HSTRING::from(target))?;
        shortcut.SetDescription(&HSTRING::from(description))?;
        shortcut.cast::<IPersistFile>()?.Save(&HSTRING::from(link), true)?;
    }
    Ok(())
}

/// COM on this thread.
struct Com {
    started: bool,
}

impl Com {
    fn start() -> Com {
        // SAFETY: every success is matched by one CoUninitialize on the same thread: `Com` never leaves a function.
        let answer = unsafe { CoInitializeEx(None, COINIT_APARTMENTTHREADED | COINIT_DISABLE_OLE1DDE) };
        Com { started: answer.is_ok() }
    }
}

impl Drop for Com {
    fn drop(&mut self) {
        if self.started {
            // SAFETY: matches the success in `start`.
            unsafe { CoUninitialize() };
        }
    }
}
