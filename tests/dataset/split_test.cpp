#include "skingauge/split.hpp"

#include "skingauge/error.hpp"

#include "dataset/labels.hpp"
#include "support/expect_error.hpp"
#include "support/temporary_folder.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace skingauge {
namespace {

using test::expect_input_error;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAreArray;

// A listing of this many people with some photographs each, without files.
Dataset listing(int people, int photos_each) {
  constexpr std::array kAngles{"F", "Fb", "Ft", "L15", "L30", "R15", "R30"};
  Dataset dataset;
  dataset.root = "/data";
  for (int person = 1; person <= people; ++person) {
    const auto subject = "00" + test::two_digits(person);
    for (int i = 0; i < photos_each; ++i) {
      const std::string angle = kAngles[static_cast<std::size_t>(i)];
      dataset.photos.push_back({subject + "_01_" + angle, {}, PhotoDevice::camera, subject, angle, {}});
    }
  }
  return dataset;
}

std::array<std::size_t, 3> sizes(const Split& split) {
  return {split.parts[0].size(), split.parts[1].size(), split.parts[2].size()};
}

std::vector<std::string> everybody(const Split& split) {
  std::vector<std::string> all;
  for (const auto& part : split.parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

// ---- Permutation: golden values of torch.randperm in PyTorch 2.11 on the CPU after torch.manual_seed(523)
// -----

TEST(TorchPermutation, IsThatOfPyTorchForTen) {
  EXPECT_THAT(torch_permutation(10, 523), ElementsAre(0, 9, 2, 3, 8, 7, 6, 1, 5, 4));
}

TEST(TorchPermutation, IsThatOfPyTorchForTheFullSet) {
  const auto order = torch_permutation(13'936, 523);
  ASSERT_EQ(order.size(), 13'936U);
  EXPECT_THAT(std::vector(order.begin(), order.begin() + 5), ElementsAre(12138, 13287, 13712, 11653, 2858));
  EXPECT_THAT(std::vector(order.end() - 3, order.end()), ElementsAre(10781, 11846, 8377));
}

TEST(TorchPermutation, HoldsEachNumberOnce) {
  for (const std::size_t n : {0U, 1U, 2U, 3U, 1000U}) {
    auto order = torch_permutation(n, 1);
    std::sort(order.begin(), order.end());
    ASSERT_EQ(order.size(), n);
    for (std::size_t i = 0; i < n; ++i) EXPECT_EQ(order[i], i);
  }
}

TEST(TorchPermutation, DependsOnTheSeed) {
  EXPECT_NE(torch_permutation(100, 523), torch_permutation(100, 524));
}

// ---- Parts
// ----------------------------------------------------------------------------------------------------

TEST(MakeSplit, HasThePublishedPartSizes) {
  Dataset dataset;
  for (int i = 0; i < 13'936; ++i) {
    dataset.photos.push_back({std::to_string(i), {}, PhotoDevice::camera, "", "F", {}});
  }
  EXPECT_THAT(sizes(make_split(dataset, SplitKind::published)), ElementsAre(11'149, 1'394, 1'393));
}

TEST(MakeSplit, DealsTheRemainderFromTheFront) {
  struct Case {
    int photos;
    std::array<std::size_t, 3> sizes;
  };
  // By hand: floor of 80/10/10 %, then one each to train, val, test.
  for (const auto& c :
       {Case{1, {1, 0, 0}}, Case{2, {2, 0, 0}}, Case{3, {3, 0, 0}}, Case{4, {4, 0, 0}}, Case{5, {5, 0, 0}},
        Case{9, {8, 1, 0}}, Case{10, {8, 1, 1}}, Case{11, {9, 1, 1}}, Case{12, {10, 1, 1}},
        Case{19, {16, 2, 1}}, Case{20, {16, 2, 2}}, Case{29, {24, 3, 2}}}) {
    const auto split = make_split(listing(c.photos, 1), SplitKind::published);
    EXPECT_EQ(sizes(split), c.sizes) << c.photos;
  }
}

TEST(MakeSplit, CutsThePermutationOfTheListing) {
  const auto split = make_split(listing(10, 1), SplitKind::published);
  EXPECT_EQ(split.seed, 523U);
  EXPECT_THAT(split.part(Part::train), ElementsAre("0001_01_F", "0010_01_F", "0003_01_F", "0004_01_F",
                                                   "0009_01_F", "0008_01_F", "0007_01_F", "0002_01_F"));
  EXPECT_THAT(split.part(Part::val), ElementsAre("0006_01_F"));
  EXPECT_THAT(split.part(Part::test), ElementsAre("0005_01_F"));
}

TEST(MakeSplit, PublishedSharesPeopleAndSaysSo) {
  const auto dataset = listing(20, 7);
  const auto split = make_split(dataset, SplitKind::published);
  EXPECT_THAT(everybody(split), UnorderedElementsAreArray(test::ids(dataset.photos)));
  std::map<std::string, std::set<std::size_t>> parts_of;  // counted here, photograph by photograph
  for (std::size_t p = 0; p < 3; ++p) {
    for (const auto& id : split.parts[p]) parts_of[id.substr(0, 4)].insert(p);
  }
  std::vector<std::string> expected;
  for (const auto& [subject, parts] : parts_of) {
    if (parts.size() > 1) expected.push_back(subject);
  }
  EXPECT_GT(expected.size(), 5U);
  EXPECT_EQ(shared_subjects(split), expected);
}

TEST(MakeSplit, BySubjectSharesNobody) {
  const auto dataset = listing(20, 7);
  for (const std::uint32_t seed : {523U, 1U, 4294967295U}) {
    const auto split = make_split(dataset, SplitKind::by_subject, seed);
    EXPECT_EQ(split.kind, SplitKind::by_subject);
    EXPECT_THAT(everybody(split), UnorderedElementsAreArray(test::ids(dataset.photos)));
    EXPECT_THAT(shared_subjects(split), IsEmpty());
    EXPECT_THAT(sizes(split), ElementsAre(16 * 7, 2 * 7, 2 * 7));
  }
}

TEST(MakeSplit, BySubjectKeepsAPersonsDevicesTogether) {
  Dataset dataset;  // in the order of a listing: device, then subject
  for (const auto device : {PhotoDevice::camera, PhotoDevice::tablet, PhotoDevice::phone}) {
    for (int person = 1; person <= 12; ++person) {
      const auto subject = "00" + test::two_digits(person);
      dataset.photos.push_back(
          {subject + "_0" + std::to_string(static_cast<int>(device)) + "_F", {}, device, subject, "F", {}});
    }
  }
  const auto split = make_split(dataset, SplitKind::by_subject);
  EXPECT_THAT(shared_subjects(split), IsEmpty());
  EXPECT_THAT(sizes(split), ElementsAre(30, 3, 3));
}

TEST(MakeSplit, OfNothingIsEmpty) {
  EXPECT_THAT(everybody(make_split({}, SplitKind::published)), IsEmpty());
  EXPECT_THAT(everybody(make_split({}, SplitKind::by_subject)), IsEmpty());
}

// ---- Files
// ----------------------------------------------------------------------------------------------------

class SplitFileTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path file() const { return folder_.path() / "split.json"; }
  Split read(const std::string& text) {
    test::write_bytes(file(), text);
    return read_split(file());
  }
  test::TemporaryFolder folder_;
};

TEST_F(SplitFileTest, IsReadAsItWasWritten) {
  for (const auto kind : {SplitKind::published, SplitKind::by_subject}) {
    auto split = make_split(listing(30, 3), kind, 4294967295U);
    split.parts[1].push_back("\uAC00\"\\\n_01_F");
    write_split(split, file());
    const auto again = read_split(file());
    EXPECT_EQ(again.kind, split.kind);
    EXPECT_EQ(again.seed, split.seed);
    EXPECT_EQ(again.parts, split.parts);
  }
}

TEST_F(SplitFileTest, HoldsTheDocumentedFields) {
  write_split({SplitKind::by_subject, 7, {{{"a"}, {}, {"b", "c"}}}}, file());
  EXPECT_EQ(read_json_file(file()).value.dump(),
            R"({"format":1,"kind":"by-subject","seed":7,"parts":{"train":["a"],"val":[],"test":["b","c"]}})");
}

TEST_F(SplitFileTest, MalformedIsNamed) {
  const std::string parts = R"("parts":{"train":["a"],"val":["b"],"test":["c"]})";
  const std::string head = R"({"format":1,"kind":"published","seed":523,)";
  EXPECT_EQ(read(head + parts + "}").part(Part::val), std::vector<std::string>{"b"});
  struct Case {
    std::string text;
    std::vector<std::string> named;
  };
  for (const auto& c : {
           Case{"", {"empty"}},
           Case{head, {"at byte"}},
           Case{"[]", {"found []", "an object"}},
           Case{R"({"kind":"published","seed":523,)" + parts + "}", {"format", "found null", "expected 1"}},
           Case{R"({"format":2,"kind":"published","seed":523,)" + parts + "}",
                {"format", "found 2", "expected 1"}},
           Case{R"({"format":"1","kind":"published","seed":523,)" + parts + "}", {"format", "found \"1\""}},
           Case{R"({"format":1,"seed":523,)" + parts + "}", {"kind", "found null", "by-subject"}},
           Case{R"({"format":1,"kind":"mine","seed":523,)" + parts + "}",
                {"kind", "found \"mine\"", "by-subject"}},
           Case{R"({"format":1,"kind":3,"seed":523,)" + parts + "}", {"kind", "found 3"}},
           Case{R"({"format":1,"kind":"published","seed":-1,)" + parts + "}",
                {"seed", "found -1", "0..4294967295"}},
           Case{R"({"format":1,"kind":"published","seed":4294967296,)" + parts + "}",
                {"seed", "found 4294967296"}},
           Case{R"({"format":1,"kind":"published","seed":"x",)" + parts + "}", {"seed", "found \"x\""}},
           Case{R"({"format":1,"kind":"published",)" + parts + "}", {"seed", "found null"}},
           Case{head + R"("other":1})", {"parts", "found null"}},
           Case{head + R"("parts":[]})", {"parts", "found []"}},
           Case{head + R"("parts":{"train":[],"val":[]}})", {"parts.test", "found null", "list"}},
           Case{head + R"("parts":{"train":"a","val":[],"test":[]}})",
                {"parts.train", "found \"a\"", "list"}},
           Case{head + R"("parts":{"train":[],"val":[1],"test":[]}})", {"parts.val", "found [1]", "list"}},
           Case{head + R"("parts":{"train":["a"],"val":["b","a"],"test":[]}})",
                {"parts.val", "\"a\"", "once"}},
           Case{head + R"("parts":{"train":["a","a"],"val":[],"test":[]}})",
                {"parts.train", "\"a\"", "once"}},
       }) {
    SCOPED_TRACE(c.text);
    expect_input_error(ErrorCode::split_invalid, {"split.json"}, [&] { read(c.text); });
    expect_input_error(ErrorCode::split_invalid, c.named, [&] { read(c.text); });
  }
  expect_input_error(ErrorCode::split_invalid, {"none.json", "no such file"},
                     [&] { read_split(folder_.path() / "none.json"); });
}

TEST_F(SplitFileTest, NeedsItsFolder) {
  test::expect_error<DiskError>(ErrorCode::io_failed, {"none/split.json"},
                                [&] { write_split({}, folder_.path() / "none" / "split.json"); });
}

// ---- Selecting
// ------------------------------------------------------------------------------------------------

TEST(Select, AnswersInTheOrderOfTheIds) {
  const auto dataset = listing(5, 2);
  EXPECT_THAT(test::ids(select(dataset, {"0004_01_F", "0001_01_Fb", "0002_01_F"})),
              ElementsAre("0004_01_F", "0001_01_Fb", "0002_01_F"));
  EXPECT_THAT(select(dataset, {}), IsEmpty());
}

TEST(Select, NamesUpToThreeUnknownIdsAndCountsAll) {
  const auto dataset = listing(5, 2);
  expect_input_error(ErrorCode::split_invalid, {"1 of 2", "/data", "nobody"}, [&] {
    select(dataset, {"0001_01_F", "nobody"});
  });
  try {
    select(dataset, {"x1", "x2", "0001_01_F", "x3", "x4"});
    ADD_FAILURE() << "accepted";
  } catch (const InputError& e) {
    EXPECT_THAT(std::string(e.what()), testing::HasSubstr("4 of 5"));
    EXPECT_THAT(std::string(e.what()), testing::EndsWith("x1 x2 x3"));
  }
}

}  // namespace
}  // namespace skingauge
