telltale_fuzz(reassembly SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/reassembly_fuzz.cpp DEPENDS telltale_flow)
