telltale_fuzz(stun SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/stun_fuzz.cpp DEPENDS telltale_proto)
