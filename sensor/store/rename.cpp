#include "sensor/store/rename.h"

#include "sensor/store/database.h"
#include "sensor/store/statement.h"

namespace telltale {

bool rename_device(const std::string& store_path, const std::string& device_id,
                   const std::string& name, const std::string& group) {
  try {
    open_for_reading(store_path);  // says what is wrong with it
    SQLite::Database db(store_path, SQLite::OPEN_READWRITE, kBusyTimeout);
    SQLite::Statement rename(
        db,
        "UPDATE devices SET name = ?1, group_name = ?2,"
        " json = json_patch(json, json_object('name', nullif(?1, ''), 'name_source', 'config',"
        " 'group', nullif(?2, ''))) WHERE device_id = ?3");
    return run(rename, std::string_view(name), std::string_view(group),
               std::string_view(device_id)) > 0;
  } catch (const SQLite::Exception& error) {
    throw StoreError(store_path + ": cannot be written: " + error.what());
  }
}

}  // namespace telltale
