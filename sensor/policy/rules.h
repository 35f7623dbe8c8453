// RuleSet: what a finding, a contact or an anomaly deserves. Rules are asked in order and the first that holds
// decides; where none does, it is allowed. A verdict that a mute covers tells nobody.
//
// To add a condition: a member of RuleCondition, its key in config/policy_sections.cpp and
// config/policy_text.cpp, a line in rule_conditions.inc, a function in rules.cpp, a sentence in explain.cpp.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/base/swapped.h"
#include "sensor/model/event.h"
#include "sensor/policy/conditions.h"
#include "sensor/policy/mute_book.h"

namespace telltale {

// What an occasion can fail to meet, in the order it is asked.
enum class Condition : uint8_t {
#define CONDITION(name) name,
#include "sensor/policy/rule_conditions.inc"
#undef CONDITION
  none,  // all are met
};

class RuleSet {
 public:
  // Reads the file of mutes, if there is one. Throws ConfigError.
  explicit RuleSet(const Config& config);

  // `occasion.destination` must carry its trust. The reason is a sentence for people.
  Verdict judge(const Occasion& occasion) const;
  Verdict judge(const Device& device, const Destination& destination, const Finding& finding) const {
    return judge(Occasion{device, destination, &finding});
  }

  struct Rule {
    RuleConfig config;
    uint32_t signature_id =
        0;               // 1'000'000..1'999'999, from the rule's name: the same in every policy
    uint32_t types = 0;  // bit per DataType
  };
  const std::vector<Rule>& rules() const { return rules_; }
  // The first condition of `rule` that `occasion` does not meet.
  Condition unmet(const Rule& rule, const Occasion& occasion) const;
  // Does any rule speak of this?
  bool speaks_of(RuleSubject subject) const;

  std::shared_ptr<const MuteBook> mutes() const { return mutes_.get(); }
  // From now on; may be called while others judge.
  void use(MuteBook mutes) { mutes_.set(std::make_shared<const MuteBook>(std::move(mutes))); }

 private:
  LocalClock clock_;
  std::vector<Rule> rules_;
  Swapped<MuteBook> mutes_;
};

RuleSubject subject_of(const Occasion& occasion);

}  // namespace telltale
