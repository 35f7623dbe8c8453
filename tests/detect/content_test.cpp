#include "sensor/detect/content.h"

#include "tests/detect/detected.h"

namespace telltale::test {
namespace {

struct Indexed {
  explicit Indexed(Message sent) : message(std::move(sent)) {
    WeirdCounts weird;
    expand(message, Limits{}, weird);
  }
  explicit Indexed(std::string_view body) : Indexed(MessageBuilder().body(body).take()) {}
  Content content() const { return detectors().index(message); }
  // The value of the only item of a family; "" when there is none, "?" when there are several.
  std::string only(KeyFamily family) const {
    const Content index = content();
    const auto hits = index.hits(family);
    if (hits.empty()) return "";
    return hits.size() == 1 ? std::string(index.item(hits[0]).value) : "?";
  }
  Message message;
};

TEST(Content, FindsValuesByTheirKeysWhereverTheyStand) {
  EXPECT_EQ(Indexed(R"({"a":{"imei":"1"}})").only(KeyFamily::imei), "1");
  EXPECT_EQ(Indexed(R"({"a":[{"imei":1}]})").only(KeyFamily::imei), "1");
  EXPECT_EQ(Indexed("x=1&imei=2").only(KeyFamily::imei), "2");
  EXPECT_EQ(Indexed("<a><imei>3</imei></a>").only(KeyFamily::imei), "3");
  EXPECT_EQ(Indexed("<a imei=\"4\"/>").only(KeyFamily::imei), "4");
  EXPECT_EQ(Indexed("boot imei=5 ok").only(KeyFamily::imei), "5");
  EXPECT_EQ(Indexed(MessageBuilder().header("X-Imei", "6").take()).only(KeyFamily::imei), "6");
  EXPECT_EQ(Indexed("").only(KeyFamily::imei), "");
}

TEST(Content, ListsValuesByTheirShape) {
  const Indexed sent(R"({"a":"490154203237518","b":"com.example.app","c":"12.5","d":"89490200001023456789","e":1})");
  const Content content = sent.content();
  ASSERT_EQ(content.long_numbers().size(), 2u);
  EXPECT_EQ(content.items()[content.long_numbers()[0]].key, "a");
  EXPECT_EQ(content.items()[content.long_numbers()[1]].key, "d");
  ASSERT_EQ(content.dotted_names().size(), 1u);
  EXPECT_EQ(content.items()[content.dotted_names()[0]].key, "b");
}

TEST(Content, KnowsTheSignsOfEveryText) {
  const std::string longer = "x=" + std::string(600, 'y') + ";z:1";
  const Indexed sent(R"({"a":"plain words here","b":")" + longer + R"("})");
  const Content content = sent.content();
  ASSERT_EQ(content.texts().size(), 1u) << "plain words are no text to search";
  EXPECT_EQ(content.signs(content.texts()[0]), sign::kEquals | sign::kDigit | sign::kColon);
}

TEST(ContentIndexer, NothingOfOneMessageIsLeftInTheNext) {
  const Indexed first(R"({"imei":"490154203237518","x":"com.example.app","l":[{"lat":1.5},{"lat":2.5}]} lat=1.234)");
  const Indexed second(R"({"lat":52.5163,"lon":13.3777})");
  ContentIndexer indexer = detectors().indexer();
  indexer.index(first.message);
  const Content& reused = indexer.index(second.message);
  const Content fresh = second.content();
  EXPECT_EQ(reused.items().size(), fresh.items().size());
  EXPECT_EQ(reused.groups().size(), fresh.groups().size());
  EXPECT_EQ(reused.texts().size(), fresh.texts().size());
  EXPECT_EQ(reused.hits(KeyFamily::latitude).size(), 1u);
  EXPECT_FALSE(reused.has(KeyFamily::imei));
  EXPECT_TRUE(reused.long_numbers().empty() && reused.dotted_names().empty());
}

TEST(Content, TakesTheValueOfALabelledPair) {
  EXPECT_EQ(Indexed(R"({"key":"imei","value":"7"})").only(KeyFamily::imei), "7");
  EXPECT_EQ(Indexed(R"([["imei","8"]])").only(KeyFamily::imei), "8");
  EXPECT_EQ(Indexed(R"({"1":"imei","2":"9"})").only(KeyFamily::imei), "9");
  EXPECT_EQ(Indexed(R"({"colour":"imei","value":"9"})").only(KeyFamily::imei), "");
}

TEST(Content, AListOfNamesIsNoLabelledPair) {
  EXPECT_EQ(Indexed(R"([["deviceModel","deviceType"]])").only(KeyFamily::device_model), "");
  EXPECT_EQ(Indexed(R"({"required":["modelName","modelType"]})").only(KeyFamily::device_model), "");
  EXPECT_EQ(Indexed(R"([["modelName","Model 3310"]])").only(KeyFamily::device_model), "Model 3310");
  EXPECT_EQ(Indexed(R"([["deviceModel","OnePlus"]])").only(KeyFamily::device_model), "OnePlus");
}

TEST(Content, AFlattenedListHasRows) {
  const Indexed form("contacts[0][name]=Ada&contacts[0][phone]=1&contacts[1][name]=Bob&contacts[1][phone]=2");
  const Content content = form.content();
  ASSERT_EQ(content.hits(KeyFamily::phone).size(), 2u);
  const Group& first = content.group_of(content.item(content.hits(KeyFamily::phone)[0]));
  const Group& second = content.group_of(content.item(content.hits(KeyFamily::phone)[1]));
  EXPECT_NE(&first, &second);
  EXPECT_EQ(first.list, second.list);
  EXPECT_EQ(content.rows_in(first.list), 2u);
  EXPECT_TRUE(content.above(first).has(KeyFamily::contact_container));
}

TEST(Content, CountsRowsOfOneKindOnly) {
  const Indexed rows(R"({"list":[{"imei":1},{"imei":2},{"imei":3}]})");
  const Content list = rows.content();
  EXPECT_EQ(list.rows_in(list.group_of(list.item(list.hits(KeyFamily::imei)[0])).list), 3u);
  const Indexed members(R"({"device":{"imei":1},"network":{"mcc":2},"location":{"lat":3}})");
  const Content object = members.content();
  EXPECT_EQ(object.rows_in(object.group_of(object.item(object.hits(KeyFamily::imei)[0])).list), 1u);
  const Indexed xml("<r><c><imei>1</imei><a>x</a></c><c><imei>2</imei><a>x</a></c></r>");
  const Content elements = xml.content();
  EXPECT_EQ(elements.rows_in(elements.group_of(elements.item(elements.hits(KeyFamily::imei)[0])).list), 2u);
}

TEST(Content, KnowsWhatStandsAboveAndAround) {
  const Indexed sent(R"({"os":"13","contacts":[{"imei":1}]})");
  const Content content = sent.content();
  const Group& group = content.group_of(content.item(content.hits(KeyFamily::imei)[0]));
  EXPECT_TRUE(content.above(group).has(KeyFamily::contact_container));
  ASSERT_NE(content.outer(group), nullptr);
  EXPECT_TRUE(content.outer(group)->families.has(KeyFamily::device_context));
}

TEST(Content, TruncatedAndEmptyValuesAreNoItems) {
  EXPECT_EQ(Indexed(R"({"imei":""})").only(KeyFamily::imei), "");
  EXPECT_EQ(Indexed(R"({"imei":null})").only(KeyFamily::imei), "");
  EXPECT_EQ(Indexed(MessageBuilder().item("http.request.cookie", "imei", "35").cut_off().take())
                .only(KeyFamily::imei),
            "");
  EXPECT_EQ(Indexed(MessageBuilder().body("log imei=35").cut_off().take()).only(KeyFamily::imei), "");
}

TEST(Content, ItemsInTextAreCapped) {
  std::string text = "log:";
  for (int i = 0; i < 5000; ++i) text += " imei=" + std::to_string(i);
  const Indexed sent(text);
  const Content content = sent.content();
  EXPECT_TRUE(content.is_capped());
  EXPECT_EQ(content.items().size(), Limits{}.max_text_items);
  Recorder recorder;
  detectors().run(content, recorder);
  EXPECT_EQ(recorder.weirds[Weird::text_items_beyond_cap], 1u);
}

}  // namespace
}  // namespace telltale::test
