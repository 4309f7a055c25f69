#!/usr/bin/env python3
"""Prints the licences of everything that is linked into mtmlog for these targets, with their texts.

    notices.py TARGET...

Fails where a licence asks for more than to be named, so that nobody ships such a thing unawares.
"""

import json
import pathlib
import subprocess
import sys

# To be shipped in a program under the MIT licence it is enough to name these.
ENOUGH_TO_NAME = {
    "0BSD", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "BSL-1.0", "CC0-1.0",
    "CDLA-Permissive-2.0", "ISC", "MIT", "MIT-0", "Unicode-3.0", "Unlicense", "Zlib",
}
TEXTS = ("LICEN", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE")
# What the compiler adds, with where Debian keeps its licence.
STANDARD = [("Rust standard library", "MIT OR Apache-2.0", "/usr/share/doc/libstd-rust-web-dev/copyright")]
MINGW = [
    ("MinGW-w64 runtime", "ZPL-2.1 and others", "/usr/share/doc/mingw-w64-x86-64-dev/copyright"),
    ("GCC runtime", "GPL-3.0 with the GCC Runtime Library Exception",
     "/usr/share/doc/gcc-mingw-w64-x86-64-win32/copyright"),
]


def linked(target):
    """The packages that end up in the program: no build tools, no tests, no macros."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    if target.startswith("wasm"):
        command.append("--no-default-features")
    about = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in about["packages"]}
    nodes = {node["id"]: node for node in about["resolve"]["nodes"]}
    root = about["resolve"]["root"]
    wanted, waiting = set(), [root]
    while waiting:
        name = waiting.pop()
        kinds = {kind for made in packages[name]["targets"] for kind in made["kind"]}
        if name in wanted or "proc-macro" in kinds:
            continue
        wanted.add(name)
        for needed in nodes[name]["deps"]:
            if any(kind["kind"] is None for kind in needed["dep_kinds"]):
                waiting.append(needed["pkg"])
    wanted.discard(root)
    return {name: packages[name] for name in wanted}


def is_enough(licence):
    """Whether an SPDX expression leaves a choice that only asks to be named."""
    licence = (licence or "").replace("/", " OR ").replace("(", " ").replace(")", " ")
    # All crates write "A AND B" and "A OR B", some both; every part of an AND must do.
    parts = [part.strip() for part in licence.split(" AND ")]
    return all(any(one.strip() in ENOUGH_TO_NAME for one in part.split(" OR ")) for part in parts)


def texts(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    found = [path for path in folder.rglob("*") if path.is_file() and path.name.upper().startswith(TEXTS)
             and path.suffix.lower() in ("", ".md", ".txt", ".mit", ".apache", ".apache2") and "tests" not in path.parts]
    # Where there is a choice it is MIT's, the shortest.
    ours = [path for path in found if "MIT" in path.name.upper()]
    if ours and "MIT" in package["license"] and " AND " not in package["license"]:
        found = ours
    return [path.read_text(errors="replace").strip() for path in sorted(found)]


def main():
    targets = sys.argv[1:]
    packages = {name: package for target in targets for name, package in linked(target).items()}.values()
    packages = sorted(packages, key=lambda package: (package["name"], package["version"]))
    refused = [f"{package['name']}: {package['license']}" for package in packages if not is_enough(package["license"])]
    if refused:
        sys.exit("Licences that ask for more than to be named: " + ", ".join(refused))
    print("mtmlog contains the work of others. Their names, licences and notices:\n")
    users = {}
    for package in packages:
        own = texts(package)
        print(f"{package['name']} {package['version']}: {package['license']}, {package['repository'] or ''}")
        if not own:
            own = [f"{package['license']}; by {', '.join(package['authors']) or 'its contributors'}"]
        for text in own:
            users.setdefault(" ".join(text.split()), (text, []))[1].append(package["name"])
    for name, licence, path in STANDARD + (MINGW if any(target.endswith("-gnu") for target in targets) else []):
        print(f"{name}: {licence}")
        path = pathlib.Path(path)
        if path.exists():
            users[name] = (path.read_text(errors="replace").strip(), [name])
    for text, names in users.values():
        print("\n" + "-" * 80 + "\n" + ", ".join(dict.fromkeys(names)) + "\n\n" + text)


main()
