// RuleSet: what a finding deserves. Rules are asked in order and the first that holds decides;
// where none does, the finding is allowed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/model/event.h"
#include "sensor/model/finding.h"

namespace telltale {

class RuleSet {
 public:
  explicit RuleSet(const Config& config);

  // `destination` must carry its trust. The reason is a sentence for people.
  Verdict judge(const Device& device, const Destination& destination, const Finding& finding) const;

  struct Rule {
    RuleConfig config;
    uint32_t signature_id =
        0;               // 1'000'000..1'999'999, from the rule's name: the same in every policy
    uint32_t types = 0;  // bit per DataType
  };
  const std::vector<Rule>& rules() const { return rules_; }

 private:
  std::vector<Rule> rules_;
};

}  // namespace telltale
