telltale_fuzz(pop3 SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/pop3_fuzz.cpp DEPENDS telltale_proto)
