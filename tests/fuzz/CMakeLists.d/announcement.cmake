telltale_fuzz(announcement SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/announcement_fuzz.cpp DEPENDS telltale_proto)
