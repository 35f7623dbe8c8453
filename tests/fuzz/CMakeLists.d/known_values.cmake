telltale_fuzz(known_values SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/known_values_fuzz.cpp DEPENDS telltale_detect)
