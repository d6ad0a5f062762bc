// One interface to the metrics of every protocol, so that a file or a service can feed any of them.
#pragma once

#include "skingauge/figure.hpp"
#include "skingauge/metric_protocol.hpp"
#include "skingauge/multi_label.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

/// What the figures depend on besides the samples.
struct ProtocolOptions {
  /// How many grades, classes or labels there are, >= 1; gaze has none. nia-2023: 1 means a measurement.
  int classes{1};
  std::optional<int> ignored_class{};  ///< segmentation: see MeanIou
  MultiLabelOptions multi_label{};     ///< multi-label
  friend bool operator==(const ProtocolOptions&, const ProtocolOptions&) = default;
};

/// An accumulator of one protocol's figures. Two halves merged are the whole. Not safe for writing from
/// several threads.
class ProtocolMetric {
 public:
  ProtocolMetric(const ProtocolMetric&) = delete;
  ProtocolMetric& operator=(const ProtocolMetric&) = delete;
  virtual ~ProtocolMetric() = default;

  /// One sample; what the two lists hold is said by info(protocol()). Classes and labels are whole numbers.
  /// Throws std::invalid_argument naming what was found and expected, and then has added nothing.
  virtual void add(std::span<const double> prediction, std::span<const double> truth) = 0;
  /// The other must be of the same protocol and options (std::invalid_argument else).
  void merge(const ProtocolMetric& other);

  /// Samples.
  [[nodiscard]] virtual std::int64_t count() const = 0;
  [[nodiscard]] virtual std::vector<Figure> figures() const = 0;

  [[nodiscard]] MetricProtocol protocol() const noexcept { return protocol_; }
  [[nodiscard]] const ProtocolOptions& options() const noexcept { return options_; }

 protected:
  ProtocolMetric(MetricProtocol protocol, const ProtocolOptions& options)
      : protocol_(protocol), options_(options) {}

 private:
  /// `other` is of the same class.
  virtual void merge_same(const ProtocolMetric& other) = 0;

  MetricProtocol protocol_;
  ProtocolOptions options_;
};

/// An empty metric of this protocol. Throws std::invalid_argument for options out of their range.
std::unique_ptr<ProtocolMetric> make_protocol_metric(MetricProtocol protocol,
                                                     const ProtocolOptions& options = {});

}  // namespace skingauge
