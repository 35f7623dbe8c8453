telltale_fuzz(ftp_data SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/ftp_data_fuzz.cpp DEPENDS telltale_proto)
