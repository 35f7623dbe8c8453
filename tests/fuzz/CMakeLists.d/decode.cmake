telltale_fuzz(decode SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/decode_fuzz.cpp DEPENDS telltale_decode)
