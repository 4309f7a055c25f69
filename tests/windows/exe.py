"""What mtmlog.exe is made of: it needs nothing that Windows 10 does not bring, and carries its version and manifest."""

import re
import subprocess
import sys

from wine import EXE, REPOSITORY

# Of these every Windows 10 has the functions that a program for Windows 10 may ask for. Nothing of a compiler is
# among them: libgcc_s_seh-1.dll, libwinpthread-1.dll and vcruntime140.dll are not part of Windows.
WINDOWS_10 = {
    "advapi32.dll", "api-ms-win-core-synch-l1-2-0.dll", "api-ms-win-core-winrt-error-l1-1-0.dll", "bcrypt.dll",
    "bcryptprimitives.dll", "combase.dll", "crypt32.dll",
    "dnsapi.dll", "kernel32.dll",
    "msvcrt.dll", "ntdll.dll", "ole32.dll", "oleaut32.dll", "rpcrt4.dll", "shell32.dll",
    "user32.dll", "userenv.dll", "ws2_32.dll",
}


def strange(names):
    return sorted({name.lower() for name in names} - WINDOWS_10)


assert strange(["KERNEL32.dll", "libgcc_s_seh-1.dll"]) == ["libgcc_s_seh-1.dll"]
about = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", EXE], check=True, capture_output=True, text=True).stdout
imports = re.findall(r"DLL Name: (\S+)", about)
print("    imports:", ", ".join(sorted({name.lower() for name in imports})))
if not imports or strange(imports):
    sys.exit(f"{EXE}: needs {strange(imports)}, which Windows 10 does not have")
for flag in ["DYNAMIC_BASE", "HIGH_ENTROPY_VA", "NX_COMPAT", "(Windows CUI)"]:
    assert flag in about, flag

content = EXE.read_bytes()
version = re.search(r'^version = "(.*)"', (REPOSITORY / "Cargo.toml").read_text(), re.M).group(1)
for text in ["FileVersion", version, "ProductName", "mtmlog - why mail is not going out"]:
    assert text.encode("utf-16-le") in content, f"the version resource lacks {text}"
for text in [b"<longPathAware", b'level="asInvoker"', b"{8e0f7a12-bfb3-4fe8-b9a5-48fd50a15a9a}"]:
    assert text in content, f"the manifest lacks {text}"
print(f"    {len(content):,} bytes, version {version}")
