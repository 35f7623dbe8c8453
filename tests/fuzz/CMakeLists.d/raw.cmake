telltale_fuzz(raw SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/raw_fuzz.cpp DEPENDS telltale_proto)
