telltale_fuzz(detect SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/detect_fuzz.cpp
              DEPENDS telltale_detect telltale_unwrap)
