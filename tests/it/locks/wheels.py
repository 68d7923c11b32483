"""Makes small distributions in a folder: wheels, and source distributions with a build backend of their own.

    wheels.py FOLDER NAME==VERSION[;KIND] [needs:REQUIREMENT,REQUIREMENT...] [python:RANGE] ...

Beside the folder, `simple` becomes an index of all that is in it (PEP 503).

KIND is `wheel` (the default), `sdist`, `sdist+MODULE`, which is built with that module, or the tag of a wheel. Every list of requirements, and range of Python, belongs to the distribution before it.
"""

import hashlib
import io
import os
import sys
import tarfile
import zipfile

BACKEND = '''
import os, zipfile{imported}
def build_wheel(out, config_settings=None, metadata_directory=None):
    name = "{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(out, name), "w") as wheel:
        for path, content in {files!r}.items():
            wheel.writestr(path, content{more})
    return name
'''


def files(name, version, requires, tag, python):
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {one}\n" for one in requires)
    metadata += f"Requires-Python: {python}\n" if python else ""
    content = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": f"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: {tag}\n",
        f"{info}/entry_points.txt": f"[console_scripts]\n{name} = {name}:main\n",
    }
    content[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*content, f"{info}/RECORD"])
    return content


def add(tar, path, text):
    data = text.encode()
    member = tarfile.TarInfo(path)
    member.size = len(data)
    tar.addfile(member, io.BytesIO(data))


def make(folder, name, version, kind, requires, python):
    kind, _, module = kind.partition("+")
    tag = "py3-none-any" if kind in ("wheel", "sdist") else kind
    content = files(name, version, requires, tag, python)
    if kind != "sdist":
        with zipfile.ZipFile(f"{folder}/{name}-{version}-{tag}.whl", "w") as wheel:
            for path, text in content.items():
                wheel.writestr(zipfile.ZipInfo(path), text)
        return
    top = f"{name}-{version}"
    with tarfile.open(f"{folder}/{top}.tar.gz", "w:gz") as tar:
        add(tar, f"{top}/PKG-INFO", content[f"{name}-{version}.dist-info/METADATA"])
        imported = f", {module}" if module else ""
        more = f' + (f"made_with = {{{module}.version!r}}\\n" if path == "{name}.py" else "")' if module else ""
        add(
            tar,
            f"{top}/backend.py",
            BACKEND.format(name=name, version=version, files=content, imported=imported, more=more),
        )
        add(
            tar,
            f"{top}/pyproject.toml",
            f'[build-system]\nrequires = {[module] if module else []}\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        )


def index(folder):
    links = {}
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), "rb") as file:
            digest = hashlib.sha256(file.read()).hexdigest()
        link = f'<a href="file://{os.path.abspath(folder)}/{name}#sha256={digest}">{name}</a>\n'
        links.setdefault(name.split("-")[0], []).append(link)
    for name, all in links.items():
        page = os.path.join(os.path.dirname(os.path.abspath(folder)), "simple", name)
        os.makedirs(page, exist_ok=True)
        with open(os.path.join(page, "index.html"), "w") as file:
            file.write(f"<!DOCTYPE html><html><body>{''.join(all)}</body></html>")


def main():
    folder, *words = sys.argv[1:]
    wanted = []
    for word in words:
        if "==" in word and not word.startswith("needs:"):
            head, _, kind = word.partition(";")
            name, _, version = head.partition("==")
            wanted.append([name, version, kind or "wheel", [], ""])
        elif word.startswith("python:"):
            wanted[-1][4] = word.removeprefix("python:")
        else:
            wanted[-1][3] = word.removeprefix("needs:").split(",")
    for name, version, kind, requires, python in wanted:
        make(folder, name, version, kind, requires, python)
    index(folder)


main()
