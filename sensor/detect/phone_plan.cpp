#include "sensor/detect/phone_plan.h"

#ifdef TELLTALE_PHONENUMBER

#include <phonenumbers/phonenumberutil.h>

namespace telltale {

PhonePlan plan_of_international(std::string_view digits) {
  using i18n::phonenumbers::PhoneNumber;
  using i18n::phonenumbers::PhoneNumberUtil;
  const PhoneNumberUtil& plans = *PhoneNumberUtil::GetInstance();
  std::string text = "+";
  text += digits;
  PhoneNumber number;
  if (plans.Parse(text, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) {
    return PhonePlan::impossible;
  }
  if (plans.IsValidNumber(number)) return PhonePlan::valid;
  return plans.IsPossibleNumber(number) ? PhonePlan::possible : PhonePlan::impossible;
}

}  // namespace telltale

#else

namespace telltale {

PhonePlan plan_of_international(std::string_view) { return PhonePlan::unknown; }

}  // namespace telltale

#endif
