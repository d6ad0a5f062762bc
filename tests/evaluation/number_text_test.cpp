#include "evaluation/number_text.hpp"

#include <gmock/gmock.h>

namespace skingauge {
namespace {

using ::testing::ElementsAre;
using ::testing::Optional;

// What str(), repr(), tolist(), json.dumps, to_csv and to_json write of the grades 1, 3, 2.
TEST(NumberList, ReadsEverySpellingOfAList) {
  for (const auto* text :
       {"[1, 3, 2]",
        "[1,3,2]",
        "[1 3 2]",
        "[ 1  3  2]",
        "[1. 3. 2.]",
        "[1.0, 3.0, 2.0]",
        "[1.e+00 3.e+00 2.e+00]",
        "(1, 3, 2)",
        "{1, 3, 2}",
        "1,3,2",
        "1, 3, 2",
        "1 3 2",
        "  1\t3 2 ",
        "+1 +3 +2",
        "['1', '3', '2']",
        R"(["1", "3", "2"])",
        "['1' '3' '2']",
        R"("[1, 3, 2]")",
        "[[1, 3, 2]]",
        "[(1, 3, 2)]",
        "([1, 3, 2])",
        "[\n  1,\n  3,\n  2\n]",
        "array([1, 3, 2])",
        "array([1., 3., 2.], dtype=float32)",
        "np.array([1, 3, 2])",
        "array(['1', '3', '2'], dtype='<U1')",
        "tensor([1, 3, 2])",
        "tensor([[1, 3, 2]], device='cuda:0')",
        "tensor([1, 3, 2], dtype=torch.int32)",
        "tf.Tensor([1 3 2], shape=(3,), dtype=int32)",
        "Index([1, 3, 2], dtype='int64')",
        "list([1, 3, 2])",
        "[np.int64(1), np.int64(3), np.int64(2)]",
        "(np.float32(1.0), np.float32(3.0), np.float32(2.0))",
        "[np.str_('1'), np.str_('3'), np.str_('2')]",
        "[tensor(1), tensor(3), tensor(2)]",
        "[tensor(1, device='cuda:0'), tensor(3, device='cuda:0'), tensor(2, device='cuda:0')]",
        "tensor(1), tensor(3), tensor(2)"})
    EXPECT_THAT(parse_number_list(text), Optional(ElementsAre(1, 3, 2))) << text;
  EXPECT_THAT(parse_number_list("[]"), Optional(ElementsAre()));
  EXPECT_THAT(parse_number_list("(1,)"), Optional(ElementsAre(1)));
  EXPECT_THAT(parse_number_list("2.5 -1e-3"), Optional(ElementsAre(2.5, -0.001)));
}

TEST(NumberList, RefusesWhatIsNoList) {
  for (const auto* text : {"1-3-2",
                           "yes",
                           "1;3;2",
                           "1|3|2",
                           "1/3/2",
                           "[1, 3, 2",
                           "1, 3, 2]",
                           "(1, 3, 2]",
                           "[1, 3 2]",
                           "[1,, 2]",
                           "[1, 3, 2,]",
                           "[1 3 ... 2]",
                           "[1, None, 2]",
                           "[1, nan, 2]",
                           "[1, inf, 2]",
                           "[True, False]",
                           "{0: 1, 1: 3}",
                           "range(0, 3)",
                           "array([1, 3, 2]",
                           "array([1, 3, 2], 5)",
                           "[[1, 3], [2, 0]]",
                           "1,0 3,0",
                           "0x1 2",
                           "1_0 2",
                           "top 1 3 2",
                           "['1 3 2']",
                           "[''1'']",
                           "[1] 3 2",
                           "+-1",
                           "np.int64(1, 2)",
                           "[,]",
                           ","})
    EXPECT_EQ(parse_number_list(text), std::nullopt) << text;
  EXPECT_EQ(parse_number_list(std::string(1'000'000, '[')), std::nullopt);
  std::string arguments = "array([1]";
  for (int i = 0; i < 200'000; ++i) arguments += ",a=1";
  EXPECT_THAT(parse_number_list(arguments + ")"), Optional(ElementsAre(1)));
}

TEST(NumberText, WholeNumbersMayHaveAPoint) {
  for (const auto* text : {"3", "3.0", "3.", "3e0", "+3", "3.000"}) EXPECT_EQ(parse_whole(text), 3) << text;
  EXPECT_EQ(parse_whole("-2.0"), -2);
  for (const auto* text : {"", "3.5", "3,0", "three", "1e300", "nan", "inf", "3 ", "--3"})
    EXPECT_EQ(parse_whole(text), std::nullopt) << text;
}

TEST(NumberText, GapsAreWrittenInManyWays) {
  for (const auto* text : {"", " ", "NaN", "nan", "NA", "N/A", "n/a", "None", "null", "NULL", "<NA>"})
    EXPECT_TRUE(is_missing(text)) << text;
  for (const auto* text : {"0", "unknown", "Nancy", "-"}) EXPECT_FALSE(is_missing(text)) << text;
}

}  // namespace
}  // namespace skingauge
