// Samples and fingerprints: what of a value may be shown, and how equal values are told apart without it.
#pragma once

#include <string>
#include <string_view>

#include "sensor/base/hash.h"
#include "sensor/model/taxonomy.h"

namespace telltale {

// Keeps only what helps somebody recognise a value of his own: the first and last few characters of an
// identifier, whole degrees of a position, initials of people. Types that name no person (a brand, a
// country code) are shown as they are.
std::string masked(DataType type, std::string_view value);

// A keyed hash of type and normalised value, 16 hex digits: equal for equal values, useless without the
// key for going back.
std::string fingerprint(DataType type, std::string_view value, HashKey key);

}  // namespace telltale
