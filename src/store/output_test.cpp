// What steps say: appended in pieces, bounded, redacted, read from any byte.

#include "base/secret.hpp"
#include "store/store_test_support.hpp"

namespace ashlar::store {
namespace {

class Output : public testing::Test {
 protected:
  void SetUp() override {
    Operation operation = fixture_.make_operation(fixture_.insert_resource("demo"));
    first_ = fixture_.make_step(operation, 0, "first");
    second_ = fixture_.make_step(operation, 1, "second");
    fixture_.store().write(
        [&](Transaction& tx) { tx.insert_operation(operation, {first_, second_}, ""); });
    operation_id_ = operation.id;
  }

  void say(const StepRecord& step, const std::string& text, long long source_end = 0,
           const std::string& source = "install", Time at = StoreFixture::at(0)) {
    OutputPiece piece;
    piece.operation_id = operation_id_;
    piece.step_id = step.id;
    piece.text = text;
    piece.source = source;
    piece.source_end = source_end;
    piece.at = at;
    fixture_.store().write([&](Transaction& tx) { tx.append_output(piece); });
  }
  StepOutput read(long long offset, long long most = 65'536) {
    return fixture_.store().read_output(first_.id, offset, most);
  }

  StoreFixture fixture_;
  std::string operation_id_;
  StepRecord first_, second_;
};

TEST_F(Output, IsReadFromAnyByteOn) {
  EXPECT_EQ(read(0).text, "");
  EXPECT_EQ(read(0).end, 0);
  say(first_, "one\n");
  say(second_, "of another step\n");
  say(first_, "two\nthree\n");
  const StepOutput all = read(0);
  EXPECT_EQ(all.text, "one\ntwo\nthree\n");
  EXPECT_EQ(all.begins, 0);
  EXPECT_EQ(all.next, 14);
  EXPECT_EQ(all.end, 14);
  EXPECT_EQ(all.dropped, 0);
  EXPECT_EQ(read(6).text, "o\nthree\n");
  EXPECT_EQ(read(6).begins, 6);
  EXPECT_EQ(read(14).text, "");
  EXPECT_EQ(read(14).next, 14);
  EXPECT_EQ(read(1'000).next, 1'000);
  fixture_.reopen();
  EXPECT_EQ(read(0).text, "one\ntwo\nthree\n");
}

TEST_F(Output, PartsPutTogetherAreTheWholeAndNoCharacterIsCut) {
  std::string whole;
  for (int i = 0; i < 20; ++i) {
    const std::string piece = "Zeile " + std::to_string(i) + ": grün, 日本, 🙂\n";
    say(first_, piece);
    whole += piece;
  }
  for (const long long most : {7, 8, 9, 64, 10'000}) {
    std::string together;
    for (long long offset = 0; offset < read(0).end;) {
      const StepOutput part = read(offset, most);
      ASSERT_GT(part.next, offset);
      ASSERT_LE(std::ssize(part.text), most);
      EXPECT_EQ(part.begins, offset);
      together += part.text;
      offset = part.next;
    }
    EXPECT_EQ(together, whole) << most;
  }
}

TEST_F(Output, OnlyTheNewestIsKeptAndItSaysSo) {
  const std::string piece = std::string(1'023, 'x') + "\n";
  for (int i = 0; i < 300; ++i) say(first_, piece);
  say(second_, "is not touched\n");
  const StepOutput kept = read(0, 10'000'000);
  EXPECT_EQ(kept.end, 300 * 1'024);
  EXPECT_EQ(kept.dropped, 44 * 1'024);
  EXPECT_EQ(kept.begins, kept.dropped);
  EXPECT_EQ(std::ssize(kept.text), kMostOutputBytes);
  EXPECT_EQ(fixture_.store().read_output(second_.id, 0, 100).text, "is not touched\n");
}

TEST_F(Output, APieceThatIsLongerThanAllThatIsKeptLosesItsBeginning) {
  say(first_, std::string(kMostOutputBytes, 'a') + "end\n");
  const StepOutput kept = read(0, 10'000'000);
  EXPECT_EQ(kept.dropped, 4);
  EXPECT_EQ(kept.end, kMostOutputBytes + 4);
  EXPECT_TRUE(kept.text.ends_with("aend\n"));
}

TEST_F(Output, IsRedactedOnItsWayIn) {
  register_secret("swordfish-of-outputs");
  say(first_, "the password is swordfish-of-outputs!\n");
  EXPECT_EQ(read(0).text, "the password is [secret]!\n");
  EXPECT_EQ(read(0).end, 26);
}

TEST_F(Output, KnowsHowFarEachSourceWasRead) {
  const auto position = [&](const std::string& source) {
    return fixture_.store().output_position(first_.id, source);
  };
  EXPECT_FALSE(position("install").has_value());
  say(first_, "", 0);
  EXPECT_EQ(position("install"), 0);
  say(first_, "more", 4'711);
  say(first_, "of another", 12, "undo");
  EXPECT_EQ(position("install"), 4'711);
  EXPECT_EQ(position("undo"), 12);
  EXPECT_FALSE(fixture_.store().output_position(second_.id, "install").has_value());
  say(first_, "", 0);
  EXPECT_EQ(position("install"), 0) << "its log begins anew";
  EXPECT_EQ(read(0).text, "moreof another");
}

TEST_F(Output, EndsAreToldOfAllStepsThatSaidSomething) {
  EXPECT_TRUE(fixture_.store().output_ends(operation_id_).empty());
  say(first_, "", 0);
  EXPECT_TRUE(fixture_.store().output_ends(operation_id_).empty());
  say(first_, "one\n");
  say(second_, "two and\n");
  say(first_, "three\n");
  const std::map<std::string, long long> expected{{first_.id, 10}, {second_.id, 8}};
  EXPECT_EQ(fixture_.store().output_ends(operation_id_), expected);
  EXPECT_TRUE(fixture_.store().output_ends("op_of_nobody").empty());
}

TEST_F(Output, IsForgottenAfterThirtyDays) {
  say(first_, "long ago\n");
  say(second_, "today\n", 0, "install", StoreFixture::at(0) + kOutputKept + Millis{1});
  EXPECT_EQ(read(0).text, "");
  EXPECT_EQ(fixture_.store().read_output(second_.id, 0, 100).text, "today\n");
}

}  // namespace
}  // namespace ashlar::store
