telltale_fuzz(tls_hello SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/tls_hello_fuzz.cpp DEPENDS telltale_tls)
