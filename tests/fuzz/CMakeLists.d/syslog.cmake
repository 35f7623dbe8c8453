telltale_fuzz(syslog SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/syslog_fuzz.cpp DEPENDS telltale_proto)
