"""The layers' arrows run one way, and heavy libraries stay in the few files that may use them.

Reads every #include under src/ and include/ and reports what is against the tables below, which say the same
as docs/architecture.md.
"""
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent

# layer -> layers it may include
USES = {
    "core": set(),
    "image": {"core"},
    "dataset": {"core", "image"},
    "model": {"core"},
    "runtime": {"core", "model"},
    "ensemble": {"core", "image", "dataset", "model", "runtime"},
    "evaluation": {"core", "dataset"},
    "app": {"core", "image", "dataset", "model", "runtime", "ensemble", "evaluation"},
}

# Public headers whose layer does not follow from a source of the same stem.
HEADER_LAYER = {
    "dataset": "dataset",
    "evaluation": "evaluation",
    "grade_metrics": "evaluation",
    "head_id": "core",
    "input_facts": "evaluation",
    "preprocess": "core",
    "report": "evaluation",
}

# what an include starts with -> the files that may write it
LIBRARIES = {
    r"opencv2/": r"src/image/[^/]+",
    r"(turbojpeg|jpeglib|jerror)\.h": r"src/image/[^/]+",
    r"(cuda|cudnn|nvrtc|nvjpeg|driver_types|device_)": r"src/runtime/[^/]+(?<!_absent\.cpp)",
    r"(torch|ATen|caffe2|c10)/": r"src/(model|runtime)/torchscript_[a-z_]+(?<!_absent)\.(cpp|hpp)",
    r"(c10|ATen)/cuda/": r"src/runtime/torchscript_cuda\.cpp",
    r"openssl/": r"src/core/[^/]+",
    r"utf8proc\.h": r"src/core/[^/]+",
    r"(oneapi/|dnnl|omp\.h)": r"src/runtime/dnnl_[a-z_]+\.(cpp|hpp)",
    r"nlohmann/": r"src/(core|dataset|model|runtime|evaluation|app)/[^/]+",
    r"(CLI|fmt|spdlog)/": r"src/app/[^/]+",
}

# libraries that private headers of other layers include -> the target that a layer which sees them links
LINKED = {r"nlohmann/": "nlohmann_json::nlohmann_json", r"openssl/": "OpenSSL::Crypto"}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)
# __CUDACC__ tells two compilers of one formula apart, which is no choice of features.
CONDITION = re.compile(r"^[ \t]*#[ \t]*(?:if|ifdef|ifndef)\b(?! __CUDACC__$).*", re.MULTILINE)


def files(root: Path) -> list[Path]:
    found = [path for folder in ("include", "src") for path in (root / folder).rglob("*")]
    return sorted(path for path in found if path.suffix in {".hpp", ".cpp", ".cu", ".cuh"})


def public_layer(root: Path, stem: str) -> str | None:
    for layer in USES:
        if any((root / "src" / layer / (stem + suffix)).exists() for suffix in (".cpp", ".cu")):
            return layer
    return HEADER_LAYER.get(stem)


def layer_of(root: Path, path: Path) -> str | None:
    parts = path.relative_to(root).parts
    return public_layer(root, path.stem) if parts[0] == "include" else parts[1]


def resolve(root: Path, including: Path, name: str) -> Path | None:
    candidates = (including.parent / name, root / "include" / name, root / "src" / name)
    return next((path.resolve() for path in candidates if path.is_file()), None)


def own_include(root: Path, path: Path, name: str) -> str | None:
    """What is wrong with an include of the project's own header, if anything."""
    target = resolve(root, path, name)
    if target is None:
        return f'"{name}" is no file of the project: a library is included with <...>'
    mine, other = layer_of(root, path), layer_of(root, target)
    if path.is_relative_to(root / "include") and not target.is_relative_to(root / "include"):
        return f'"{name}" is private, and this is a public header'
    if other is None:
        return f'"{name}" belongs to no layer: add it to HEADER_LAYER'
    if mine is not None and other != mine and other not in USES.get(mine, set()):
        return f'"{name}" is of layer {other}, which {mine} may not use'
    return None


def library_include(root: Path, path: Path, name: str) -> str | None:
    """What is wrong with an include in angle brackets, if anything."""
    place = path.relative_to(root).as_posix()
    if place.startswith("include/") and not re.fullmatch(r"[a-z_0-9]+", name):
        return f"<{name}> in a public header, which may include the standard library only"
    for library, allowed in LIBRARIES.items():
        if re.match(library, name) and not re.fullmatch(allowed, place):
            return f"<{name}> may stand in {allowed} only"
    return None


def reached(root: Path, path: Path, seen: set[Path]) -> set[str]:
    """What a file includes in angle brackets, itself or through the project's headers."""
    found = set()
    for bracket, name in INCLUDE.findall(path.read_text(encoding="utf-8")):
        target = resolve(root, path, name) if bracket == '"' else None
        if bracket == "<":
            found.add(name)
        elif target is not None and target not in seen:
            seen.add(target)
            found |= reached(root, target, seen)
    return found


def unlinked(root: Path) -> list[str]:
    """Layers that see a library through whatever header and do not link it: they build by luck."""
    wrong = []
    for layer in USES:
        recipe = root / "src" / layer / "CMakeLists.txt"
        links = recipe.read_text(encoding="utf-8") if recipe.exists() else ""
        for path in files(root):
            if path.relative_to(root).parts[:2] != ("src", layer):
                continue
            for library, target in LINKED.items():
                if target not in links and any(re.match(library, name) for name in reached(root, path, set())):
                    wrong.append(f"{path.relative_to(root).as_posix()}: includes {library}, and {layer} links no {target}")
    return wrong


def violations(root: Path) -> list[str]:
    found = []
    for path in files(root):
        place = path.relative_to(root).as_posix()
        text = path.read_text(encoding="utf-8")
        if layer_of(root, path) not in USES:
            found.append(f"{place}: belongs to no layer")
        for bracket, name in INCLUDE.findall(text):
            check = own_include if bracket == '"' else library_include
            if wrong := check(root, path, name):
                found.append(f"{place}: {wrong}")
        found += [f"{place}: {line.strip()}: choose by file, not by macro" for line in CONDITION.findall(text)]
    return found


def test_the_tree_keeps_to_the_layers() -> None:
    assert len(files(SOURCE)) > 20
    assert violations(SOURCE) == []
    assert unlinked(SOURCE) == []


def write(root: Path, place: str, text: str) -> None:
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    (root / place).write_text(text + "\n", encoding="utf-8")


def test_a_library_that_comes_through_another_layers_header_must_be_linked(tmp_path: Path) -> None:
    write(tmp_path, "src/core/json_file.hpp", "#include <nlohmann/json.hpp>")
    write(tmp_path, "src/runtime/store.cpp", '#include "core/json_file.hpp"')
    for layer, links in {"core": "nlohmann_json::nlohmann_json", "runtime": "XxHash::xxhash"}.items():
        write(tmp_path, f"src/{layer}/CMakeLists.txt", links)
    assert len(unlinked(tmp_path)) == 1
    write(tmp_path, "src/runtime/CMakeLists.txt", "nlohmann_json::nlohmann_json")
    assert unlinked(tmp_path) == []


@pytest.mark.parametrize(
    ("place", "line", "complaint"),
    [
        ("src/core/a.cpp", '#include "skingauge/image.hpp"', "layer image, which core may not use"),
        ("src/model/a.cpp", '#include "runtime/queue.hpp"', "layer runtime, which model may not use"),
        ("src/evaluation/a.cpp", '#include "runtime/queue.hpp"', "layer runtime, which evaluation may not use"),
        ("src/runtime/a.cpp", '#include "skingauge/image.hpp"', "layer image, which runtime may not use"),
        ("src/dataset/a.cpp", "#include <opencv2/core.hpp>", "src/image"),
        ("src/app/a.cpp", "#  include <torch/script.h>", "torchscript_"),
        ("src/runtime/torchscript_engine_absent.cpp", "#include <torch/script.h>", "torchscript_"),
        ("src/runtime/torchscript_engine.cpp", "#include <c10/cuda/CUDAStream.h>", "torchscript_cuda"),
        ("src/ensemble/a.cpp", "#include <cuda_runtime_api.h>", "src/runtime"),
        ("src/ensemble/a.cpp", "#include <spdlog/spdlog.h>", "src/app"),
        ("src/core/a.cpp", '#include "opencv2/core.hpp"', "no file of the project"),
        ("src/extra/a.cpp", "", "no layer"),
        ("src/core/a.cpp", "#ifdef SKINGAUGE_CUDA", "choose by file"),
        ("include/skingauge/image.hpp", "#include <nlohmann/json.hpp>", "standard library only"),
        ("include/skingauge/image.hpp", '#include "runtime/queue.hpp"', "is private"),
        ("include/skingauge/orphan.hpp", "", "no layer"),
        ("include/skingauge/image.hpp", "#if USE_CUDA", "choose by file"),
    ],
)
def test_a_violation_is_reported(tmp_path: Path, place: str, line: str, complaint: str) -> None:
    tree = {"include/skingauge/image.hpp": "", "src/image/image.cpp": "", "src/runtime/queue.hpp": "", place: line}
    for name, text in tree.items():
        write(tmp_path, name, text)
    found = violations(tmp_path)
    assert found
    assert all(entry.startswith(place) and complaint in entry for entry in found)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("src/image/a.cpp", "#include <opencv2/core.hpp>"),
        ("src/model/torchscript_module.cpp", "#include <torch/script.h>"),
        ("src/runtime/torchscript_cuda.cpp", "#include <c10/cuda/CUDAStream.h>"),
        ("src/runtime/tile_kernel.cu", "#include <cuda_fp16.h>"),
        ("src/app/a.cpp", '#include "skingauge/image.hpp"'),
        ("src/runtime/a.cpp", '#include "queue.hpp"'),
    ],
)
def test_an_allowed_include_is_not(tmp_path: Path, place: str, line: str) -> None:
    tree = {"include/skingauge/image.hpp": "", "src/image/image.cpp": "", "src/runtime/queue.hpp": "", place: line}
    for name, text in tree.items():
        write(tmp_path, name, text)
    assert violations(tmp_path) == []
