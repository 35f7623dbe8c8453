telltale_fuzz(geo_data SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/geo_data_fuzz.cpp DEPENDS telltale_geoip)
