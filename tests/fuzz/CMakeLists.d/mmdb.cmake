telltale_fuzz(mmdb SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/mmdb_fuzz.cpp DEPENDS telltale_geoip)
