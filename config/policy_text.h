// A policy written out as YAML that reads back as the same policy: for `telltale policy show`, and
// for what programs write.
#pragma once

#include <string>

#include "config/config.h"

namespace telltale {

// `text` as a YAML scalar that is read back as that text, in quotes where it must be.
std::string yaml_scalar(const std::string& text);

// "{class: [contacts], trust: [unknown]}"; "{}" where nothing is asked.
std::string to_yaml(const RuleCondition& when);
// "{verdict: alert, severity: 1}", the window where it is not the default.
std::string outcome_yaml(const RuleConfig& rule);

// trust, rules, mutes and feeds, as merged. Entries of packs and feeds stand as comments, as they
// are not the user's own.
std::string policy_yaml(const Config& config);

}  // namespace telltale
