telltale_fuzz(dhcp SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/dhcp_fuzz.cpp DEPENDS telltale_proto)
