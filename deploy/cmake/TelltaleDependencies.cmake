# Third-party libraries, Debian 12 names in deploy/packages/build.txt. Each is wrapped in one target.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(fmt REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(date REQUIRED)

foreach(module libndpi libpcap libmaxminddb libcurl libzstd liblz4 libpsl simdjson libarchive libbrotlidec libcbor
               snappy libidn2 libcap cpp-httplib)
  pkg_check_modules(${module} REQUIRED IMPORTED_TARGET ${module})
endforeach()

find_path(HTTP_PARSER_INCLUDE http_parser.h REQUIRED)
find_library(HTTP_PARSER_LIBRARY http_parser REQUIRED)
add_library(http_parser_lib INTERFACE)
target_include_directories(http_parser_lib SYSTEM INTERFACE ${HTTP_PARSER_INCLUDE})
target_link_libraries(http_parser_lib INTERFACE ${HTTP_PARSER_LIBRARY})

find_path(RAPIDJSON_INCLUDE rapidjson/writer.h REQUIRED)
find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)
find_path(MSGPACK_INCLUDE msgpack.hpp REQUIRED)

if(TELLTALE_DASHBOARD)
  find_program(NPM npm)
  if(NOT NPM)
    message(STATUS "npm was not found: built without the dashboard's pages (its API stays)")
    set(TELLTALE_DASHBOARD OFF)
  endif()
endif()

if(TELLTALE_TESTS)
  find_package(GTest REQUIRED)
  pkg_check_modules(libbrotlienc REQUIRED IMPORTED_TARGET libbrotlienc)
  include(GoogleTest)
endif()
