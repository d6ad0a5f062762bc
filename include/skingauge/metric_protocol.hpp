// The protocols whose metrics a manifest can name: what networks of one family are judged by.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace skingauge {

/// The names (`to_string`) are a contract: they stand in manifests.
enum class MetricProtocol : std::uint8_t {
  nia_2023,        ///< "nia-2023": grades and measurements of skin
  gaze,            ///< "gaze"
  segmentation,    ///< "segmentation"
  average_recall,  ///< "average-recall"
  multi_label,     ///< "multi-label"
  top_k,           ///< "top-k"
};

/// One protocol: what a sample's two lists of numbers hold, and which figures come out.
struct MetricProtocolInfo {
  MetricProtocol protocol{};
  std::string_view name;
  std::string_view prediction;  ///< for people: "pitch and yaw in radians"
  std::string_view truth;
  std::string_view figures;  ///< their names
};

/// All protocols, nia-2023 first.
std::span<const MetricProtocolInfo> metric_protocols() noexcept;

/// The row of one protocol.
const MetricProtocolInfo& info(MetricProtocol protocol) noexcept;

std::string_view to_string(MetricProtocol protocol) noexcept;

/// The protocol of exactly this name; empty for any other.
std::optional<MetricProtocol> metric_protocol(std::string_view name) noexcept;

/// All names, for messages: "nia-2023, gaze, ...".
std::string metric_protocol_names();

}  // namespace skingauge
