telltale_fuzz(smtp SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/smtp_fuzz.cpp DEPENDS telltale_proto)
