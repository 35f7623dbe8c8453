// Names that are facts of the market: makers of phones and of other things. They decide nothing alone; they
// tell a phone's brand from a car's.
#pragma once

#include <string_view>

namespace telltale {

bool is_phone_maker(std::string_view name);      // samsung, HUAWEI, Xiaomi, ... without regard to case
bool is_car_maker(std::string_view name);
bool is_network_operator(std::string_view name);  // T-Mobile, airtel, China Mobile, ... or begins with one
bool is_courier(std::string_view name);          // DHL, UPS: "carriers" of parcels

// A family of machine-learning models: gpt-4o, bert-base-uncased, llama3:8b.
bool is_language_model(std::string_view name);

// A product line of phones, tablets, TVs or computers: iPhone14,2, SM-A536B, Pixel 7, OLED55C1.
bool looks_like_device_model(std::string_view name);

}  // namespace telltale
