// Every option of every command stands in a table of what that command reads: a new one that nobody has
// looked for a reader of fails here.
#include "app/program.hpp"
#include "support/run_program.hpp"
#include "support/stub_models.hpp"
#include "support/temporary_folder.hpp"

#include <map>
#include <set>

#include <CLI/CLI.hpp>
#include <gmock/gmock.h>

namespace skingauge::app {
namespace {

using Names = std::set<std::string>;
using test::run;
using ::testing::HasSubstr;

Names operator+(Names some, const Names& more) {
  some.insert(more.begin(), more.end());
  return some;
}

const Names kOutput{"--format", "--quiet"};
const Names kNetworks{"--device", "--precision", "--int8-ranges", "--cache", "--engine", "--batch", "--mode"};
const Names kEnsemble = kNetworks + Names{"--jpeg", "--threads", "--in-flight", "--min-box-side"};
const Names kSplit{"--split", "--split-kind", "--part"};
const Names kReport{"--gallery", "--rounds", "--seed"};
const Names kRounds{"--rounds", "--seconds"};

const std::map<std::string, Names> kReads{
    {"doctor", kOutput + Names{"--models", "--describe-device", "--target", "--device", "--precision",
                               "--int8-ranges", "--cache", "--jpeg", "--batch", "--in-flight", "--mode"}},
    {"models verify", kOutput + Names{"MANIFEST", "--device", "--precision", "--int8-ranges", "--engine"}},
    {"models calibrate", {"MANIFEST", "ROOT", "--out", "--tiles", "--quiet"}},
    {"models prepare", kOutput + kNetworks + Names{"MANIFEST", "--target", "--jpeg", "--in-flight"}},
    {"dataset audit", kOutput + Names{"ROOT", "--min-box-side"}},
    {"dataset split", kOutput + Names{"ROOT", "--out", "--kind", "--seed"}},
    {"dataset tiles", kOutput + kSplit + Names{"ROOT", "--out", "--models", "--min-box-side"}},
    {"dataset synthesize", kOutput + Names{"ROOT", "--subjects", "--seed", "--devices",
                                           "--photos-per-subject", "--no-awkward", "--threads"}},
    {"predict", kOutput + kEnsemble + Names{"PHOTO", "--models", "--labels", "--boxes"}},
    {"validate", kOutput + kEnsemble + kSplit + kReport +
                     Names{"ROOT", "--models", "--out", "--criterion", "--strict", "--logits"}},
    {"evaluate", kOutput + kReport +
                     Names{"INPUT", "--compare", "--out", "--photos", "--dataset", "--criterion", "--run",
                           "--protocol", "--classes"}},
    {"bench limits", kOutput + kRounds + Names{"PHOTO", "--threads"}},
    {"bench decode", kOutput + kRounds + kNetworks +
                         Names{"PHOTO|ROOT", "--models", "--photos", "--gpu-batches", "--threads"}},
    {"bench networks", kOutput + kRounds + kNetworks + Names{"--models", "--threads"}},
    {"bench pipeline", kOutput + kRounds + kEnsemble + Names{"ROOT", "--models", "--photos"}},
    {"bench latency", kOutput + kNetworks +
                          Names{"ROOT", "--models", "--photos", "--rounds", "--warm-up", "--jpeg",
                                "--threads", "--min-box-side"}},
    {"bench startup", kOutput + kNetworks + Names{"--models", "--processes", "--threads"}},
    {"bench startup-once", kNetworks + Names{"FOLDER", "--models", "--threads"}},
    {"bench precision", kOutput + Names{"ROOT", "--models", "--photos", "--precisions", "--device",
                                        "--int8-ranges", "--cache", "--engine", "--jpeg", "--batch",
                                        "--threads", "--in-flight", "--mode", "--min-box-side"}},
    {"bench device", kOutput + kRounds + kNetworks + Names{"--models"}},
};

Names options_of(const CLI::App& command) {
  Names names;
  for (const auto* option : command.get_options()) names.insert(option->get_name());
  names.erase("--help");
  return names;
}

// By the words that call them: "models verify".
void collect(const CLI::App& command, const std::string& words, std::map<std::string, Names>& found) {
  const auto below = command.get_subcommands([](const CLI::App*) { return true; });
  if (below.empty()) found[words] = options_of(command);
  for (const auto* one : below)
    collect(*one, words.empty() ? one->get_name() : words + " " + one->get_name(), found);
}

TEST(Flags, AreThoseThatTheirCommandReads) {
  app::Run chosen;  // not testing::Test::Run
  const auto program = make_command_line(chosen);
  std::map<std::string, Names> found;
  collect(*program, "", found);
  for (const auto& [command, names] : found) {
    const auto reads = kReads.find(command);
    ASSERT_NE(reads, kReads.end()) << command << " has no line in the table";
    EXPECT_EQ(names, reads->second) << command;
  }
  EXPECT_EQ(found.size(), kReads.size());
}

TEST(Flags, WhatOtherFlagsMakeUselessIsRefused) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"doctor", "--precision", "fp16"},
           {"doctor", "--target", "l4"},
           {"doctor", "--models", "m.json", "--describe-device"},
           {"doctor", "--describe-device", "--format", "text"},
           {"doctor", "--models", "m.json", "--target", "l4", "--device", "cpu"},
           {"models", "verify", "m.json", "--jpeg", "gpu"},
           {"models", "prepare", "m.json", "--cache", "c", "--target", "l4", "--engine", "fused"},
           {"bench", "precision", "d", "--models", "m.json", "--precision", "fp32"},
           {"bench", "decode", "a.jpg", "--precision", "bf16"},
           {"dataset", "tiles", "d", "--out", "o", "--part", "test"},
           {"dataset", "tiles", "d", "--out", "o", "--split", "s.json", "--split-kind", "by-subject"}}) {
    const auto outcome = run(arguments);
    EXPECT_EQ(outcome.status, 2) << testing::PrintToString(arguments);
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(Flags, FilesThatThePrecisionOrTheEngineDoesNotReadAreRefused) {
  const test::TemporaryFolder folder;
  const auto manifest = test::write_models(folder.path()).string();
  const auto ranges = run({"models", "verify", manifest, "--int8-ranges", "r.json", "--quiet"});
  EXPECT_EQ(ranges.status, 2);
  EXPECT_THAT(ranges.err, HasSubstr("--int8-ranges"));
  const auto cache = run({"models", "prepare", manifest, "--cache", "c", "--engine", "torchscript"});
  EXPECT_EQ(cache.status, 2);
  EXPECT_THAT(cache.err, HasSubstr("--cache"));
}

}  // namespace
}  // namespace skingauge::app
