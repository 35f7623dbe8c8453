telltale_fuzz(feed SOURCE ${CMAKE_CURRENT_SOURCE_DIR}/feed_fuzz.cpp DEPENDS telltale_policy)
