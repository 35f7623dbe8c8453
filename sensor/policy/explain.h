// Why something came to its verdict: every list and every rule consulted, in order, which decided,
// and what would have to change for another verdict. A plain structure, shown as text or JSON by
// whoever asks.
//
// Everything is judged again from the facts of the occasion, so an explanation always speaks of the
// policy as it is now, also for what was stored under another one. What is said to change a verdict
// was tried.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/config.h"
#include "sensor/policy/catalogue_index.h"
#include "sensor/policy/rules.h"
#include "sensor/policy/trust.h"

namespace telltale {

// A policy as it judges; all must outlive the call.
struct PolicyView {
  const Config& config;
  const FeedSet* feeds = nullptr;
  const TrustPolicy& trust;
  const CatalogueIndex& catalogue;
  const RuleSet& rules;
};

struct RuleStep {
  std::string name;
  std::string origin;  // "default rules", a pack, or the file
  int line = 0;
  bool decided = false;
  std::string outcome;  // "holds: alert, severity 1", or the first condition that is not met
};

struct MuteStep {
  std::string name;
  std::string reason;
  bool covers = false;
};

struct OwnerFact {
  std::string app;
  std::string kind;
  std::string vendor;
  std::string country;
  std::string domain;    // it is known by; empty where the network tells
  uint32_t asn = 0;      // the network; 0 where the domain tells
  std::string source;    // of the domain or the number
  std::string collects;  // names of types it is known to collect
  bool listed = false;   // the finding's type is among them
};

struct Explanation {
  Device device;
  Destination destination;  // judged now
  std::optional<Finding> finding;
  std::string anomaly;
  Timestamp ts;
  std::vector<OwnerFact> owners;  // who is behind the server, from the catalogue
  std::vector<TrustStep> trust;
  std::vector<RuleStep> rules;  // those asked, then those not reached
  std::vector<MuteStep> mutes;  // asked where a rule wants it told
  Verdict verdict;
  std::vector<std::string> changes;
};

// Fills in what the catalogue and the lists say of a destination whose other facts are known.
void judge_destination(Destination& destination, const CatalogueIndex& catalogue,
                       const TrustPolicy& trust);

Explanation explain(const Occasion& occasion, const PolicyView& policy);
// Of what the event says was seen; an alert's first finding stands for it, as one rule decided on
// all. REQUIRES: it has a device and a destination.
Explanation explain(const Event& event, const PolicyView& policy);
// Only the judgement of the destination and the verdict; all steps are left out.
Explanation judge_only(const Occasion& occasion, const PolicyView& policy);

// The mute that would cover exactly this: device, data, destination.
MuteConfig mute_for(const Occasion& occasion);

// As one JSON object.
std::string to_json(const Explanation& explanation);

}  // namespace telltale
