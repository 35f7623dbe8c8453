// A device's name and group, given by a person. What the sensor says of the device later takes
// their place, so it must be told as well (devices_file in the configuration).
#pragma once

#include <string>

namespace telltale {

// Written at once, beside whoever else writes. False where the store knows no such device. Throws
// StoreError.
bool rename_device(const std::string& store_path, const std::string& device_id,
                   const std::string& name, const std::string& group);

}  // namespace telltale
