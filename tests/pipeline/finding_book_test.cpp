#include "sensor/pipeline/finding_book.h"

#include <gtest/gtest.h>

namespace telltale {
namespace {

TEST(FindingBook, TellsATypeOnce) {
  FindingBook book;
  EXPECT_TRUE(book.take(DataType::imei, 1));
  EXPECT_FALSE(book.take(DataType::imei, 2));
  EXPECT_TRUE(book.take(DataType::mcc, 1));
}

TEST(FindingBook, ThreeDifferentPiecesMakeAList) {
  FindingBook book;
  EXPECT_FALSE(book.take_piece(DataType::contact_list, 1));
  EXPECT_FALSE(book.take_piece(DataType::contact_list, 2));
  EXPECT_TRUE(book.take_piece(DataType::contact_list, 3));
  EXPECT_FALSE(book.take_piece(DataType::contact_list, 4)) << "told once";
}

TEST(FindingBook, TheSamePieceAgainDoesNotCount) {
  FindingBook book;
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(book.take_piece(DataType::contact_list, 7));
  EXPECT_FALSE(book.take_piece(DataType::contact_list, 8));
  EXPECT_TRUE(book.take_piece(DataType::contact_list, 9));
}

TEST(FindingBook, PiecesOfDifferentTypesAreKeptApart) {
  FindingBook book;
  EXPECT_FALSE(book.take_piece(DataType::contact_list, 1));
  EXPECT_FALSE(book.take_piece(DataType::contact_list, 2));
  EXPECT_FALSE(book.take_piece(DataType::call_log, 3));
}

}  // namespace
}  // namespace telltale
