#include "sensor/web/uploads.h"

#include <algorithm>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>

#include "sensor/base/bytes.h"
#include "sensor/base/digest.h"
#include "sensor/base/encoding.h"
#include "sensor/base/file_descriptor.h"
#include "sensor/base/json_members.h"
#include "sensor/base/read_file.h"
#include "sensor/web/api.h"

namespace telltale {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKeys = "keys.log";
constexpr size_t kLongestName = 120;
constexpr size_t kLargestState = 64 * 1024;
constexpr size_t kLargestReport = 64U << 20;

// For people.
std::string shown_name(std::string_view name) {
  std::string shown = to_valid_utf8(name.substr(name.find_last_of("/\\") + 1));
  std::erase_if(shown, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (shown.size() > kLongestName) shown = to_valid_utf8(shown.substr(0, kLongestName));
  return shown.empty() ? "capture" : shown;
}

// What its file is called, as the report names it: nothing that means something to anybody.
std::string file_name(const std::string& name) {
  std::string plain;
  for (const char c : name) {
    plain += is_alpha(c) || is_digit(c) || c == '.' || c == '-' ? c : '_';
  }
  return plain.front() == '.' || plain == kKeys || plain == "state" ? "capture_" + plain : plain;
}

}  // namespace

Uploads::Uploads(std::string folder, uint64_t max_bytes, AuditQueue& queue)
    : folder_(std::move(folder)), max_bytes_(max_bytes), queue_(queue) {
  std::error_code error;
  for (const auto& old : fs::directory_iterator(folder_, error)) fs::remove_all(old.path(), error);
  fs::create_directories(folder_, error);
  if (error) {
    throw WebError(fmt::format("{}: cannot be made ({}); captures given to the web page need it",
                               folder_, error.message()));
  }
  fs::permissions(folder_, fs::perms::owner_all, error);
}

Uploads::Upload& Uploads::find(const std::string& id) {
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) throw ApiError(404, "there is no such upload; it may be removed");
  return found->second;
}

std::string Uploads::create() {
  const std::lock_guard lock(mutex_);
  if (uploads_.size() >= kMost) {
    throw ApiError(409, fmt::format("{} captures are here already; remove one first", kMost));
  }
  const std::string id = to_hex(as_bytes(random_bytes(12)));
  std::error_code error;
  if (!fs::create_directory(folder_of(id), error)) {
    throw ApiError(507, "there is no room for a capture: " + error.message());
  }
  uploads_[id].order = next_order_++;
  return id;
}

void Uploads::receive(const std::string& id, Part part, const std::string& name,
                      const WebRequest& request) {
  {
    const std::lock_guard lock(mutex_);
    Upload& upload = find(id);
    if (upload.started || upload.receiving) {
      throw ApiError(409, "this upload is under way; begin another one");
    }
    upload.receiving = true;
  }
  uint64_t bytes = 0;
  int status = 0;
  bool whole = false;
  {
    const std::string path =
        folder_of(id) + "/" + (part == Part::capture ? file_name(shown_name(name)) : kKeys);
    const FileDescriptor file(
        open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) status = 507;
    whole = status == 0 && request.read_body([&](std::string_view piece) {
      bytes += piece.size();
      if (bytes > max_bytes_) status = 413;
      if (status == 0 && !write_all(file.get(), piece)) status = 507;
      return status == 0;
    });
  }
  const std::lock_guard lock(mutex_);
  Upload& upload = find(id);
  upload.receiving = false;
  if (status == 413) {
    throw ApiError(413, fmt::format("this is larger than the {} MiB that are taken here; audit it "
                                    "with telltale audit, or raise web.max_upload",
                                    max_bytes_ >> 20));
  }
  if (status != 0) throw ApiError(status, "there is no room for it on this disk");
  if (!whole) throw ApiError(400, "it did not arrive whole");
  if (part == Part::keys) return;
  upload.name = shown_name(name);
  upload.bytes = bytes;
  upload.has_capture = true;
}

void Uploads::start(const std::string& id) {
  const std::lock_guard lock(mutex_);
  Upload& upload = find(id);
  if (!upload.has_capture || upload.receiving) throw ApiError(409, "its capture is not here yet");
  if (upload.started) return;
  upload.started = true;
  queue_.start({folder_of(id), file_name(upload.name)});
}

Uploads::State Uploads::state_of(const std::string& id, const Upload& upload) const {
  State state{.id = id, .name = upload.name, .state = "receiving", .bytes = upload.bytes};
  if (!upload.started) return state;
  state.state = "waiting";
  std::string text;
  simdjson::dom::parser parser;
  simdjson::dom::element told;
  if (!read_file(folder_of(id) + "/state", kLargestState, text).empty() ||
      parser.parse(text).get(told) != simdjson::SUCCESS) {
    return state;
  }
  state.state = text_at(told, "/state");
  state.problem = text_at(told, "/problem");
  state.progress = std::clamp(real_at(told, "/progress"), 0.0, 1.0);
  state.findings = number_at(told, "/findings");
  state.alerts = number_at(told, "/alerts");
  return state;
}

Uploads::State Uploads::state(const std::string& id) {
  const std::lock_guard lock(mutex_);
  return state_of(id, find(id));
}

std::vector<Uploads::State> Uploads::all() {
  const std::lock_guard lock(mutex_);
  std::vector<std::pair<uint64_t, State>> states;
  for (const auto& [id, upload] : uploads_) {
    states.emplace_back(upload.order, state_of(id, upload));
  }
  std::sort(states.begin(), states.end(),
            [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<State> sorted;
  for (auto& [order, state] : states) sorted.push_back(std::move(state));
  return sorted;
}

std::string Uploads::report(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const State state = state_of(id, find(id));
  if (state.state != "done") throw ApiError(404, "there is no report of it yet");
  std::string page;
  if (!read_file(folder_of(id) + "/report.html", kLargestReport, page).empty() || page.empty()) {
    throw ApiError(404, "its report cannot be read; audit it with telltale audit");
  }
  return page;
}

void Uploads::remove(const std::string& id) {
  {
    const std::lock_guard lock(mutex_);
    if (find(id).receiving) throw ApiError(409, "it is still arriving");
    uploads_.erase(id);
  }
  queue_.cancel(folder_of(id));
  std::error_code error;
  fs::remove_all(folder_of(id), error);
}

}  // namespace telltale
