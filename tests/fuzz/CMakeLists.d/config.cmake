telltale_fuzz(config SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/config_fuzz.cpp DEPENDS telltale_config)
