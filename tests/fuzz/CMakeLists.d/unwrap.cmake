telltale_fuzz(unwrap SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/unwrap_fuzz.cpp DEPENDS telltale_unwrap)
