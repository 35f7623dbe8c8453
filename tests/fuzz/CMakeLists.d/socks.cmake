telltale_fuzz(socks SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/socks_fuzz.cpp DEPENDS telltale_proto)
