#include "torchscript_file.hpp"

#include "core/ascii.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include <caffe2/serialize/inline_container.h>

namespace skingauge {
namespace {

constexpr const char* kExport = ", expected TorchScript: torch.jit.trace the model and save that";

struct Magic {
  std::string_view bytes;
  std::size_t at;
  const char* name;
};

using namespace std::string_view_literals;
constexpr std::array kMagics{
    Magic{"version https://git-lfs"sv, 0, "a Git LFS pointer, not the file it stands for: run git lfs pull"},
    Magic{"\x89HDF\r\n"sv, 0, "an HDF5 file (Keras)"},
    Magic{"TFL3"sv, 4, "a TensorFlow Lite model"},
    Magic{"\x93NUMPY"sv, 0, "a NumPy array"},
    Magic{"\x1f\x8b"sv, 0, "a gzip archive: unpack it"},
    Magic{"7z\xbc\xaf"sv, 0, "a 7z archive: unpack it"},
    Magic{"\xfd"
          "7zXZ"sv,
          0, "an xz archive: unpack it"},
    Magic{"Rar!"sv, 0, "a RAR archive: unpack it"},
    Magic{"ustar"sv, 257, "a tar archive: unpack it"},
    Magic{"GGUF"sv, 0, "a GGUF model"},
    Magic{"%PDF"sv, 0, "a PDF document"},
};

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// A name and 8 bytes of length, then JSON.
bool is_safetensors(std::string_view text) {
  if (text.size() < 10 || text[8] != '{') return false;
  std::uint64_t length = 0;
  for (std::size_t i = 8; i-- > 0;) length = length << 8U | static_cast<unsigned char>(text[i]);
  return length <= text.size() - 8;
}

// protobuf: ir_version as field 1, then the producer's name or the graph.
bool is_onnx(std::string_view text) {
  if (text.size() < 16 || text[0] != '\x08' || text[1] < 1 || text[1] > 32) return false;
  return text[2] == '\x12' || text[2] == '\x1a' || text[2] == '\x3a' || text[2] == '\x42';
}

bool is_html(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n\xef\xbb\xbf");
  if (start == std::string_view::npos || text[start] != '<') return false;
  const auto head = lower(std::string(text.substr(start, 512)));
  return holds(head, "<!doctype html") || holds(head, "<html");
}

// A pickled model names the parts of its modules, one of weights alone does not.
std::string describe_pickle(std::string_view pickle) {
  if (holds(pickle, "_modules") && holds(pickle, "_parameters"))
    return std::string("found a whole model written by torch.save(model)") + kExport;
  return "found a state_dict written by torch.save, expected TorchScript; convert it with "
         "models/convert_checkpoints.py";
}

std::string describe_plain(std::string_view text) {
  for (const auto& magic : kMagics) {
    if (text.substr(std::min(magic.at, text.size()), magic.bytes.size()) == magic.bytes)
      return std::string("found ") + magic.name;
  }
  if (text.empty()) return "found an empty file";
  if (is_html(text)) return "found an HTML page (a download that failed?), expected TorchScript";
  if (is_safetensors(text)) return std::string("found weights in safetensors") + kExport;
  if (text[0] == '\x80' && text.size() > 2 && text[1] >= 2 && text[1] <= 5) return describe_pickle(text);
  if (is_onnx(text)) return std::string("found an ONNX model") + kExport;
  return "";
}

using Archive = caffe2::serialize::PyTorchStreamReader;

std::string record(Archive& archive, const std::string& name) {
  const auto [data, size] = archive.getRecord(name);
  return {static_cast<const char*>(data.get()), size};
}

// Operators that exist for the machine a module was optimised on, and cannot be saved.
bool optimised(Archive& archive, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    if (!name.starts_with("code/") || !name.ends_with(".py")) return false;
    const auto code = record(archive, name);
    return holds(code, "mkldnn") || holds(code, "ops.mkl") || holds(code, "_prepacked");
  });
}

std::string describe_archive(Archive& archive) {
  const auto names = archive.getAllRecords();
  const auto has = [&](std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (has("constants.pkl") && optimised(archive, names))
    return "found a module saved after torch.jit.optimize_for_inference, which only the machine that made it "
           "can run: export it without (this program optimises it itself)";
  if (has("constants.pkl")) return "";
  if (has("models/model.json") || has("serialized_exported_program.json") || has("archive_format"))
    return std::string("found a program of torch.export (.pt2)") + kExport;
  if (has("bytecode.pkl")) return std::string("found a module for the lite interpreter") + kExport;
  if (!has("data.pkl")) return "found a zip archive that PyTorch did not write";
  return describe_pickle(record(archive, "data.pkl"));
}

}  // namespace

std::string describe_foreign_file(std::span<const std::byte> file) {
  const std::string_view text(reinterpret_cast<const char*>(file.data()), file.size());
  if (!text.starts_with("PK")) return describe_plain(text);
  try {
    Archive archive(std::make_shared<BytesReader>(file));
    return describe_archive(archive);
  } catch (const std::exception&) {
    return holds(text, "PK\x05\x06") ? "found a zip archive that PyTorch did not write, or a damaged one"
                                     : "found a zip archive that is cut short";
  }
}

}  // namespace skingauge
