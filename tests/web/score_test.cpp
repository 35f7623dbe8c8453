#include "sensor/web/score.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

ScoreInputs sent(const char* data_class, std::array<uint64_t, 3> by_trust) {
  ScoreInputs inputs;
  inputs.findings.emplace_back(data_class, by_trust);
  return inputs;
}

TEST(Score, NothingSeenIsZero) {
  EXPECT_EQ(score_of({}).value, 0);
  EXPECT_TRUE(score_of({}).reasons.empty());
}

TEST(Score, WhatTrustedServersGetPlaysNoPart) {
  EXPECT_EQ(score_of(sent("contacts", {1000, 0, 0})).value, 0);
}

TEST(Score, ContactsWeighMoreThanLocationThanIdentifiers) {
  const int contacts = score_of(sent("contacts", {0, 3, 0})).value;
  const int location = score_of(sent("location", {0, 3, 0})).value;
  const int identifiers = score_of(sent("identifiers", {0, 3, 0})).value;
  EXPECT_GT(contacts, location);
  EXPECT_GT(location, identifiers);
  EXPECT_GT(identifiers, 0);
  EXPECT_GT(score_of(sent("contacts", {0, 0, 3})).value, contacts);
}

TEST(Score, MoreOfAnythingNeverLowersItAndItStaysBelowAHundred) {
  ScoreInputs inputs;
  int last = 0;
  for (const char* data_class : {"contacts", "location", "identifiers"}) {
    inputs.findings.emplace_back(data_class, std::array<uint64_t, 3>{0, 1'000'000, 1'000'000});
    EXPECT_GE(score_of(inputs).value, last);
    last = score_of(inputs).value;
  }
  inputs.alerts = {1000, 1000, 1000};
  EXPECT_GE(score_of(inputs).value, last);
  inputs.cleartext = inputs.anomalies = 1'000'000;
  EXPECT_GE(score_of(inputs).value, last);
  EXPECT_LE(score_of(inputs).value, 100);
}

TEST(Score, ReasonsAddUpToTheValue) {
  ScoreInputs inputs = sent("contacts", {0, 2, 5});
  inputs.alerts = {2, 0, 1};
  inputs.cleartext = 7;
  inputs.bytes_out = 1000;
  inputs.bytes_opaque = 950;
  const Score score = score_of(inputs);
  int sum = 0;
  for (size_t i = 0; i < score.reasons.size(); ++i) {
    sum += score.reasons[i].points;
    if (i > 0) {
      EXPECT_LE(score.reasons[i].points, score.reasons[i - 1].points);
    }
  }
  EXPECT_NEAR(sum, score.value, static_cast<double>(score.reasons.size()) / 2 + 1);
  EXPECT_EQ(score.reasons.size(), 6U);
}

}  // namespace
}  // namespace telltale
