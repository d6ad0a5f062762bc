// One way to provoke each code, so that it names what happened.
#include "skingauge/ensemble.hpp"
#include "skingauge/error.hpp"

#include "app/exit_code.hpp"
#include "app/program.hpp"
#include "core/text_file.hpp"
#include "runtime/compute_device.hpp"
#include "runtime/device_network_engine.hpp"
#include "support/fake_models.hpp"
#include "support/files.hpp"
#include "support/run_program.hpp"
#include "support/temporary_folder.hpp"

#include <functional>
#include <map>
#include <new>
#include <set>
#include <sstream>
#include <stdexcept>

#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

namespace fs = std::filesystem;
using test::write_bytes;

class ErrorCodes : public ::testing::Test {
 protected:
  fs::path at(const std::string& name) const { return folder_.path() / name; }
  fs::path file(const std::string& name, const std::string& bytes) const {
    write_bytes(at(name), bytes);
    return at(name);
  }
  std::string jpeg(int width, int height) const {
    write_jpeg(at("made.jpg"), test::plain_photo(width, height, 9));
    return test::read_bytes(at("made.jpg"));
  }

  // What the program says in brackets.
  static std::string run(std::vector<std::string> arguments) {
    const auto text = test::run(std::move(arguments)).err;
    const auto open = text.rfind('[');
    return open == std::string::npos ? text : text.substr(open + 1, text.rfind(']') - open - 1);
  }
  static std::string guarded(const std::function<void()>& work) {
    std::ostringstream out;
    std::ostringstream err;
    const auto status = run_guarded(
        [&](const Streams&) {
          work();
          return ExitCode::done;
        },
        {out, err, {}});
    EXPECT_EQ(status, ExitCode::internal);
    const auto text = err.str();
    return text.substr(text.rfind('[') + 1, text.rfind(']') - text.rfind('[') - 1);
  }
  // Of the face as a whole.
  std::string face(const Request& request, const EngineFactory& factory = test::plain_factory()) const {
    const auto manifest = test::write_models(at("models"), test::small_manifest());
    const auto found =
        Ensemble::load(manifest, {.device = "cpu", .threads = 1, .factory = factory}).predict(request);
    return found.error ? std::string(to_string(found.error->code)) : "none";
  }
  std::string photo(const std::string& bytes) const { return face({.file = file("photo.jpg", bytes)}); }
  static std::string thrown(const std::function<void()>& work) {
    try {
      work();
    } catch (const Error& e) {
      return std::string(to_string(e.code()));
    }
    return "none";
  }
  std::string manifest(const std::function<void(Json&)>& change) const {
    auto json = test::nia_manifest();
    change(json);
    return run({"models", "verify", test::write_models(at("models"), json).string(), "--quiet"});
  }
  std::string ranges(const std::string& bytes) const {
    const auto models = test::write_models(at("models")).string();
    if (!bytes.empty()) file("models/r.json", bytes);
    return run({"models", "verify", models, "--precision", "int8", "--int8-ranges",
                at("models/r.json").string(), "--quiet"});
  }
  std::string model(const std::function<void(const fs::path&)>& spoil) const {
    const auto models = test::write_models(at("models"));
    spoil(at("models/grade/forehead.pt"));  // the first: its error is the one that is told
    return thrown([&] { static_cast<void>(Ensemble::load(models, {.device = "cpu"})); });
  }
  std::string wrong_network() const {
    Preprocess preprocess;
    preprocess.size = 16;
    auto network = std::make_unique<test::FakeNetwork>(tile_bytes(preprocess), 3, 1);
    network->make_wrong();
    DeviceNetworkEngine engine(std::make_shared<test::FakeDevice>(), std::move(network), "m");
    const std::vector<std::uint8_t> tiles(tile_bytes(preprocess));
    std::vector<float> outputs(3);
    return thrown([&] { engine.run(tiles, 1, outputs); });
  }
  std::string lost_device() const {
    const auto device = std::make_shared<test::FakeDevice>();
    const auto ensemble =
        Ensemble::load(test::write_models(at("models"), test::small_manifest()),
                       {.device = "cpu", .threads = 1, .factory = test::device_factory(device)});
    device->fail_at(1, test::FakeDevice::Failure::lost);
    const auto found = ensemble.predict(test::noise_face(1));
    return found.error ? std::string(to_string(found.error->code)) : "none";
  }
  std::string split(const std::string& bytes) const {
    write_bytes(at("data/img/01/0001/0001_01_F.jpg"), "photo");
    write_bytes(at("data/label/01/0001/0001_01_F_08.json"), R"({"images":{"facepart":8,"bbox":null}})");
    file("split.json", bytes);
    return run({"dataset", "tiles", at("data").string(), "--split", at("split.json").string(), "--part",
                "val", "--out", at("tiles").string(), "--quiet"});
  }
  test::TemporaryFolder folder_;
};

TEST_F(ErrorCodes, NameWhatHappened) {
  const std::map<ErrorCode, std::function<std::string()>> ways{
      {ErrorCode::bad_option,
       [&] {
         return run({"dataset", "synthesize", at("s").string(), "--subjects", "0"});
       }},
      {ErrorCode::image_missing, [&] { return face({.file = at("none.jpg")}); }},
      {ErrorCode::image_empty, [&] { return photo(""); }},
      {ErrorCode::image_truncated, [&] { return photo(jpeg(64, 64).substr(0, 300)); }},
      {ErrorCode::image_format, [&] { return photo("not a picture"); }},
      {ErrorCode::image_too_large, [&] { return photo(jpeg(16385, 1)); }},
      {ErrorCode::image_size_mismatch,
       [&] {
         return face({.file = file("a.jpg", jpeg(64, 64)), .expected_width = 65, .expected_height = 64});
       }},
      {ErrorCode::manifest_missing,
       [&] {
         return run({"models", "verify", at("none.json").string()});
       }},
      {ErrorCode::manifest_syntax,
       [&] {
         return run({"models", "verify", file("m.json", "{").string()});
       }},
      {ErrorCode::manifest_field, [&] { return manifest([](Json& json) { json["colour"] = 1; }); }},
      {ErrorCode::model_missing, [&] { return model([](const fs::path& file) { fs::remove(file); }); }},
      {ErrorCode::model_hash,
       [&] { return model([](const fs::path& file) { write_bytes(file, "other"); }); }},
      {ErrorCode::model_format, [&] { return model([](const fs::path&) {}); }},
      {ErrorCode::model_failed, [&] { return wrong_network(); }},
      {ErrorCode::ranges_missing, [&] { return ranges(""); }},
      {ErrorCode::ranges_field, [&] { return ranges("{\"format\":2}"); }},
      {ErrorCode::device_failed, [&] { return lost_device(); }},
      {ErrorCode::device_unavailable,
       [&] { return thrown([] { static_cast<void>(choose_device("cuda", {})); }); }},
      {ErrorCode::dataset_layout,
       [&] {
         return run({"dataset", "audit", at("none").string()});
       }},
      {ErrorCode::dataset_empty,
       [&] {
         fs::create_directories(at("empty/img/01/0001"));
         return run({"dataset", "split", at("empty").string(), "--out", at("o.json").string()});
       }},
      {ErrorCode::split_invalid, [&] { return split("{\"format\":9}"); }},
      {ErrorCode::evaluation_missing,
       [&] {
         return run({"evaluate", at("none.jsonl").string()});
       }},
      {ErrorCode::evaluation_format,
       [&] {
         return run({"evaluate", file("e.csv", "a,b\n1,2\n").string()});
       }},
      {ErrorCode::io_failed,
       [&] { return thrown([&] { write_text_file(file("plain", "x") / "below.txt", "text"); }); }},
      {ErrorCode::out_of_memory, [&] { return guarded([] { throw std::bad_alloc(); }); }},
      {ErrorCode::internal_error, [&] { return guarded([] { throw std::logic_error("a fault"); }); }},
  };
  // Provoked where their causes are at hand.
  const std::set<ErrorCode> elsewhere{
      ErrorCode::box_invalid,        // tests/dataset
      ErrorCode::box_outside,        // tests/ensemble
      ErrorCode::label_syntax,       // tests/dataset
      ErrorCode::label_field,        // tests/dataset
      ErrorCode::boxes_missing,      // tests/dataset
      ErrorCode::boxes_syntax,       // tests/dataset
      ErrorCode::boxes_field,        // tests/dataset
      ErrorCode::labels_missing,     // tests/dataset
      ErrorCode::evaluation_empty,   // tests/evaluation
      ErrorCode::model_width,        // tests/system: they need networks
      ErrorCode::model_training,     // tests/system
      ErrorCode::model_inconsistent  // tests/system
  };
  for (int i = 0; i <= static_cast<int>(ErrorCode::internal_error); ++i) {
    const auto code = static_cast<ErrorCode>(i);
    if (elsewhere.contains(code)) continue;
    const auto way = ways.find(code);
    ASSERT_NE(way, ways.end()) << to_string(code) << " is provoked nowhere";
    EXPECT_EQ(way->second(), to_string(code));
  }
}

}  // namespace
}  // namespace skingauge::app
