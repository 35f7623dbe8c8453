telltale_fuzz(imap SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/imap_fuzz.cpp DEPENDS telltale_proto)
