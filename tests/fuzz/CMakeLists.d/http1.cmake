telltale_fuzz(http1 SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/http1_fuzz.cpp DEPENDS telltale_proto)
