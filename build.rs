//! The tables that are made of `src/knowledge/*.toml` while building, and what Windows reads of a program before it runs
//! it: version and manifest.

#[macro_use]
#[path = "src/named.rs"]
mod named;

#[allow(dead_code, reason = "the program's own file; the build uses a part of it")]
#[path = "src/base64.rs"]
mod base64;

#[allow(dead_code, unused_imports, reason = "the program's own files; the build uses a part of them")]
#[path = "src/knowledge/bake/knowledge.rs"]
mod knowledge;
#[allow(dead_code, unused_imports, reason = "the program's own files; the build uses a part of them")]
#[path = "src/knowledge/bake/smtp.rs"]
mod smtp;

use std::{env, io, path::Path};

/// Long paths where the PC allows them, no rights beyond the user's, and today's behaviour of Windows 10 and 11.
const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">
  <trustInfo xmlns="urn:schemas-microsoft-com:asm.v3">
    <security>
      <requestedPrivileges>
        <requestedExecutionLevel level="asInvoker" uiAccess="false"/>
      </requestedPrivileges>
    </security>
  </trustInfo>
  <compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1">
    <application>
      <supportedOS Id="{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"/>
    </application>
  </compatibility>
  <application xmlns="urn:schemas-microsoft-com:asm.v3">
    <windowsSettings>
      <longPathAware xmlns="http://schemas.microsoft.com/SMI/2016/WindowsSettings">true</longPathAware>
    </windowsSettings>
  </application>
</assembly>
"#;

fn main() -> io::Result<()> {
    for path in ["build.rs", "src/knowledge", "src/named.rs", "src/smtp"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let out = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo names no OUT_DIR"))?;
    knowledge::bake(Path::new(&out))?;
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "windows") {
        let mut resource = winresource::WindowsResource::new();
        resource
            .set("FileDescription", "mtmlog - why mail is not going out") // what Windows calls the program
            .set("OriginalFilename", "mtmlog.exe")
            .set("InternalName", "mtmlog")
            .set("LegalCopyright", concat!("Licence: ", env!("CARGO_PKG_LICENSE")))
            .set_language(0x0409) // English
            .set_manifest(MANIFEST);
        resource.compile_for("mtmlog")?;
    }
    Ok(())
}
