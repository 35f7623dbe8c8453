telltale_fuzz(http2 SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/http2_fuzz.cpp DEPENDS telltale_proto)
