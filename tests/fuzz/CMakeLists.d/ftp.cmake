telltale_fuzz(ftp SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/ftp_fuzz.cpp DEPENDS telltale_proto)
