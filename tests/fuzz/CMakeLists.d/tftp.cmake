telltale_fuzz(tftp SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/tftp_fuzz.cpp DEPENDS telltale_proto)
