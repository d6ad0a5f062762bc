#include "skingauge/metric_protocol.hpp"

#include <gtest/gtest.h>

namespace skingauge {
namespace {

TEST(MetricProtocol, EveryNameLeadsBackToItsProtocol) {
  ASSERT_EQ(metric_protocols().size(), 6U);
  for (const auto& row : metric_protocols()) {
    EXPECT_EQ(metric_protocol(row.name), row.protocol);
    EXPECT_EQ(to_string(row.protocol), row.name);
    EXPECT_EQ(&info(row.protocol), &row) << "the table is by number";
    EXPECT_FALSE(row.prediction.empty() || row.truth.empty() || row.figures.empty()) << row.name;
  }
}

TEST(MetricProtocol, OtherNamesAreNone) {
  for (const auto* name : {"", "NIA-2023", "nia-2024", "gaze ", "top_k"})
    EXPECT_FALSE(metric_protocol(name)) << name;
}

TEST(MetricProtocol, NamesAreListedForMessages) {
  EXPECT_EQ(metric_protocol_names(), "nia-2023, gaze, segmentation, average-recall, multi-label, top-k");
}

}  // namespace
}  // namespace skingauge
