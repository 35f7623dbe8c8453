telltale_fuzz(websocket SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/websocket_fuzz.cpp DEPENDS telltale_proto)
