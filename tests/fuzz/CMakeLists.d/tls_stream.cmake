telltale_fuzz(tls_stream SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/tls_stream_fuzz.cpp DEPENDS telltale_tls)
