// What a record of a CSV tells of a photograph.
#pragma once

#include "skingauge/evaluation_data.hpp"

#include "evaluation/csv_table.hpp"

#include <string>
#include <vector>

namespace skingauge {

/// The photograph of a record: what its name tells, then what the optional columns tell. A gap (see
/// is_missing()) is not known; what cannot be read is not known either, and is one of `problems`.
PhotoFacts photo_facts_of(const CsvTable& table, const CsvRecord& record, std::vector<std::string>& problems);

}  // namespace skingauge
