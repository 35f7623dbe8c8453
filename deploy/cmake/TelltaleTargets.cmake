# Helpers that every folder's CMakeLists.txt uses.

# Flags of our own code; third-party headers are included as SYSTEM and stay untouched.
add_library(telltale_flags INTERFACE)
target_compile_options(telltale_flags INTERFACE -Wall -Wextra -Wshadow -Wconversion
                       -Wnon-virtual-dtor -Wno-missing-field-initializers)
# char has a sign on x86 and none on ARM; the same captures give the same events on both.
if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64|i.86")
  target_compile_options(telltale_flags INTERFACE -fsigned-char)
endif()
if(TELLTALE_WERROR)
  target_compile_options(telltale_flags INTERFACE -Werror)
endif()
target_include_directories(telltale_flags INTERFACE ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/generated)

# telltale_library(NAME SOURCES a.cpp ... DEPENDS telltale_base ... LIBRARIES third-party ...)
# A static library telltale_NAME. DEPENDS names our own libraries of lower floors.
function(telltale_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LIBRARIES" ${ARGN})
  add_library(telltale_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(telltale_${name} PUBLIC telltale_flags ${ARG_DEPENDS} ${ARG_LIBRARIES})
endfunction()

# telltale_test(NAME SOURCES ... DEPENDS ...): one GoogleTest binary a folder, its cases in ctest.
function(telltale_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name}_test ${ARG_SOURCES})
  target_link_libraries(${name}_test PRIVATE ${ARG_DEPENDS} telltale_test_support GTest::gtest_main
                        GTest::gmock)
  target_compile_definitions(${name}_test PRIVATE TELLTALE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_TIMEOUT 60)
endfunction()

# telltale_fuzz(NAME SOURCE x_fuzz.cpp DEPENDS ...): a libFuzzer target in the fuzz preset; in every
# other build the same harness replays its corpus tests/fuzz/corpus/NAME as a test.
function(telltale_fuzz name)
  cmake_parse_arguments(ARG "" "SOURCE" "DEPENDS" ${ARGN})
  set(corpus ${CMAKE_SOURCE_DIR}/tests/fuzz/corpus/${name})
  if(TELLTALE_FUZZ)
    add_executable(fuzz_${name} ${ARG_SOURCE})
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  else()
    add_executable(fuzz_${name} ${ARG_SOURCE} ${CMAKE_SOURCE_DIR}/tests/fuzz/replay_main.cpp)
    add_test(NAME replay.${name} COMMAND fuzz_${name} ${corpus})
  endif()
  target_link_libraries(fuzz_${name} PRIVATE ${ARG_DEPENDS})
endfunction()
