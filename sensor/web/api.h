// What the handlers of the API share. To add one: a function here, a line in routes.inc, its
// description in openapi.json.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "sensor/base/json_text.h"
#include "sensor/policy/mute_book.h"
#include "sensor/store/queries.h"
#include "sensor/web/dashboard.h"
#include "sensor/web/uploads.h"

namespace telltale {

// Answered with this status and message.
class ApiError : public std::runtime_error {
 public:
  ApiError(int status, const std::string& message) : std::runtime_error(message), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

// Readers of the store, one for each question that is being answered.
class Readers {
 public:
  explicit Readers(std::string store);

  class Lease {
   public:
    Lease(Readers& readers, std::unique_ptr<StoreReader> reader)
        : readers_(readers), reader_(std::move(reader)) {}
    ~Lease() { readers_.give_back(std::move(reader_)); }
    Lease(const Lease&) = delete;
    StoreReader* operator->() { return reader_.get(); }
    StoreReader& operator*() { return *reader_; }

   private:
    Readers& readers_;
    std::unique_ptr<StoreReader> reader_;
  };
  // Throws StoreError.
  Lease lease();

 private:
  void give_back(std::unique_ptr<StoreReader> reader);

  std::string store_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<StoreReader>> idle_;
};

// What the page writes: mutes and names. One change at a time.
class WrittenFiles {
 public:
  WrittenFiles(std::string mutes, std::string devices)
      : mutes_(std::move(mutes)), devices_(std::move(devices)) {}

  // Empty where there is none to write to.
  const std::string& mutes() const { return mutes_; }
  const std::string& devices() const { return devices_; }
  std::mutex& mutex() { return mutex_; }

 private:
  std::string mutes_;
  std::string devices_;
  std::mutex mutex_;
};

struct ApiParts {
  const DashboardOptions& options;
  DashboardHost& host;
  Readers readers;
  WrittenFiles files;
  Uploads* uploads;  // null: none are taken
  std::atomic<int> streams{0};
  Timestamp started;
};

struct ApiCall {
  const WebRequest& request;
  ApiParts& parts;
  std::vector<std::string> ids;  // what stands for {} in the path
};

// Filters and page of a request. Throws ApiError.
EventFilter filter_of(const WebRequest& request);
Page page_of(const WebRequest& request);
RowSort row_sort_of(const WebRequest& request);
// The body of a request as JSON, at most 64 KiB. Throws ApiError.
class JsonBody {
 public:
  explicit JsonBody(const WebRequest& request);
  ~JsonBody();
  JsonBody(const JsonBody&) = delete;
  // By JSON pointer. Nothing where there is none; throws ApiError where it is of another kind.
  std::optional<std::string> text(std::string_view pointer) const;
  std::optional<bool> flag(std::string_view pointer) const;

 private:
  struct Document;
  std::unique_ptr<Document> document_;
};

WebReply json_reply(JsonText& json);
// An answer of `items` and where the next page begins.
template <typename Row, typename Write>
WebReply list_reply(const Paged<Row>& rows, Write write) {
  JsonText out;
  out.begin_object();
  out.begin_array("items");
  for (const Row& row : rows.rows) write(out, row);
  out.end_array();
  out.string("next", rows.next);
  out.end_object();
  return json_reply(out);
}

// Members shared by several answers.
void put_activity(JsonText& out, const Activity& activity);
void put_totals(JsonText& out, const Totals& totals);
void put_coverage(JsonText& out, const CoverageReport& report);
// The alert as stored; with `muted_by` where a mute covers it now.
std::string alert_json(const std::string& line, const MuteBook& mutes);
// The mutes of configuration and file as they are now.
MuteBook mutes_now(ApiParts& parts);

#define ROUTE(method, path, handler) WebReply handler(const ApiCall& call);
#include "sensor/web/routes.inc"
#undef ROUTE

}  // namespace telltale
