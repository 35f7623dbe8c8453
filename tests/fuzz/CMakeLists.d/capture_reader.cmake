telltale_fuzz(capture_reader SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/capture_reader_fuzz.cpp DEPENDS telltale_capture)
