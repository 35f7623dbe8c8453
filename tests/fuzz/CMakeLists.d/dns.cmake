telltale_fuzz(dns SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/dns_fuzz.cpp DEPENDS telltale_proto)
