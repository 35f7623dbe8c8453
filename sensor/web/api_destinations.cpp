// Whom devices talked to, by what they have in common.
#include "sensor/web/api.h"

namespace telltale {

WebReply api_destinations(const ApiCall& call) {
  const std::string by_name = call.request.parameter("by");
  const auto by = by_name.empty() ? Grouping::name : parse_grouping(by_name);
  if (!by) {
    throw ApiError(400, "by: expected name, operator, country, operator_country, app or device");
  }
  Readers::Lease store = call.parts.readers.lease();
  const auto rows = store->destination_groups(filter_of(call.request), *by,
                                              row_sort_of(call.request), page_of(call.request));
  return list_reply(rows, [&](JsonText& out, const GroupRow& group) {
    out.begin_object();
    out.string("key", group.key);
    out.string("label", group.key);
    out.string_if("ip", group.ip);
    out.string_if("country", group.country);
    out.string_if("as_org", group.as_org);
    out.string_if("app", group.app);
    out.string_if("operator", group.operator_name);
    out.string_if("operator_country", group.operator_country);
    out.string_if("trust", group.trust);
    out.string_if("trust_reason", group.trust_reason);
    out.integer("devices", group.devices);
    out.integer("destinations", group.destinations);
    put_activity(out, group.activity);
    out.strings("types", group.types);
    out.end_object();
  });
}

}  // namespace telltale
