// How much a device gives cause for concern, 0 (nothing seen) to 100, with what that is made of.
//
// Each kind of thing seen takes its share of what is left to 100, so that more of anything never
// lowers the score and nothing but the worst reaches the top. What goes to servers that are trusted
// plays no part.
#pragma once

#include <string>
#include <vector>

#include "sensor/store/queries.h"

namespace telltale {

struct ScoreReason {
  std::string text;
  int points = 0;
};

struct Score {
  int value = 0;
  std::vector<ScoreReason> reasons;  // most points first
};

Score score_of(const ScoreInputs& inputs);

}  // namespace telltale
