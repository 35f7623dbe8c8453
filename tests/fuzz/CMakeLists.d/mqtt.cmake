telltale_fuzz(mqtt SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/mqtt_fuzz.cpp DEPENDS telltale_proto)
