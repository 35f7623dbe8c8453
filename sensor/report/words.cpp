// What the report calls things.
#include <fmt/format.h>

#include "sensor/report/report.h"

namespace telltale {

std::string label_of(const ReportedDevice& device) {
  if (!device.name.empty()) return fmt::format("{} ({})", device.name, device.ip);
  if (!device.vendor.empty()) return fmt::format("{} ({})", device.ip, device.vendor);
  return device.ip.empty() ? device.id : device.ip;
}

std::string label_of(const Recipient& to) {
  if (!to.operator_name.empty()) return to.operator_name;
  return to.as_org.empty() ? to.host : to.as_org;
}

std::string place_of(const Recipient& to) {
  const std::string where = to.country.empty() ? "country unknown" : to.country;
  if (to.operator_country.empty() || to.operator_country == to.country) return where;
  return fmt::format("{}, run from {}", where, to.operator_country);
}

std::string_view words_of(DataClass data_class) {
  switch (data_class) {
    case DataClass::contacts:
      return "Contacts";
    case DataClass::location:
      return "Location";
    case DataClass::identifiers:
      break;
  }
  return "Identifiers";
}

std::string_view words_of(DataType type) {
  switch (type) {
    case DataType::contact_list:
      return "contact list";
    case DataType::call_log:
      return "call log";
    case DataType::message_log:
      return "messages";
    case DataType::coordinates:
      return "position (coordinates)";
    case DataType::cell_tower:
      return "mobile cell";
    case DataType::wifi_scan:
      return "Wi-Fi networks nearby";
    case DataType::imei:
      return "IMEI (serial number of the phone)";
    case DataType::imsi:
      return "IMSI (identity of the SIM)";
    case DataType::iccid:
      return "ICCID (serial number of the SIM)";
    case DataType::phone_number:
      return "phone number of the owner";
    case DataType::email:
      return "e-mail address of the owner";
    case DataType::android_id:
      return "Android id";
    case DataType::advertising_id:
      return "advertising id";
    case DataType::mac_address:
      return "MAC address";
    case DataType::serial_number:
      return "serial number";
    case DataType::device_model:
      return "device model";
    case DataType::device_brand:
      return "device brand";
    case DataType::carrier_name:
      return "name of the mobile network";
    case DataType::mcc:
      return "mobile country code";
    case DataType::sim_operator:
      return "network code of the SIM";
    case DataType::hostname:
      return "host name of the device";
    case DataType::installed_apps:
      return "installed apps";
    default:
      break;
  }
  return type == DataType::tracking_id ? "an id that several services share" : name_of(type);
}

std::string_view words_of(NotInspected reason) {
  switch (reason) {
    case NotInspected::tls_no_keys:
      return "encrypted (TLS), and no keys were given";
    case NotInspected::tls_wrong_keys:
      return "encrypted (TLS), and the keys given do not open it";
    case NotInspected::tls_unsupported_cipher:
      return "encrypted (TLS) with a cipher that cannot be opened here";
    case NotInspected::tls_handshake_missing:
      return "encrypted (TLS), and the capture begins after its handshake";
    case NotInspected::tls_record_damaged:
      return "encrypted (TLS), with records missing or damaged";
    case NotInspected::quic:
      return "encrypted (QUIC)";
    case NotInspected::encrypted_protocol:
      return "encrypted (SSH, IPsec, WireGuard and the like)";
    case NotInspected::unknown_binary:
      return "looks like random bytes: compressed or encrypted by the app itself";
    case NotInspected::body_cap:
      return "longer than messages are read (inspect.max_body)";
    case NotInspected::buffer_cap:
      return "the head of a message with more fields than are kept";
    case NotInspected::unwrap_ratio_cap:
      return "compressed beyond what is plausible (inspect.max_inflate_ratio)";
    case NotInspected::unwrap_expanded_cap:
      return "unpacks to more than is read of one message";
    case NotInspected::unwrap_fields_cap:
      return "has more fields than are read";
    case NotInspected::inbound:
      return "in connections that somebody outside began";
    case NotInspected::lateral:
      return "between two devices at home (inspect.lateral)";
    case NotInspected::not_content:
      return "transports without content (ICMP, SCTP), which are counted";
    default:
      return name_of(reason);
  }
}

std::string evidence_filter(const Evidence& evidence) {
  return fmt::format("frame.number == {}", evidence.finding.packet.number);
}

}  // namespace telltale
