telltale_fuzz(coap SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/coap_fuzz.cpp DEPENDS telltale_proto)
