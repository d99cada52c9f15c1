package dev.arda.nix.flake.cache;

import static dev.arda.nix.flake.cache.Lesson.hit;
import static dev.arda.nix.flake.cache.Lesson.selector;
import static dev.arda.nix.flake.cache.Lesson.value;
import static dev.arda.nix.flake.cache.NixValue.integer;
import static dev.arda.nix.flake.cache.NixValue.list;
import static dev.arda.nix.flake.cache.NixValue.set;
import static dev.arda.nix.flake.cache.NixValue.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class SelectionTreeTest {

  private static final Lookup MISS = Lookup.Miss.MISS;

  @Test
  void lookup_inAnEmptyTree_misses() {
    var tree = new SelectionTree();

    for (String text : List.of("", "*", "a", "?a", "{a}", "{}", "a.b")) {
      for (ValueEncoding encoding : ValueEncoding.values()) {
        assertThat(tree.lookup(selector(text), encoding)).as(text).isEqualTo(MISS);
      }
    }
    SelectionTreeInvariants.check(tree);
  }

  @Test
  void lookup_belowAWhole_isAnswered() throws IOException {
    var lesson = new Lesson("x", set("y", set("b", text("v"), "é", list(integer(1)))));
    lesson.fetch("x");

    assertThat(lesson.ask("x.y.b")).isEqualTo(hit("\"v\""));
    assertThat(lesson.ask("x.*.{b,?c}"))
        .isEqualTo(hit("{\"attrs\":{\"y\":{\"attrs\":{\"b\":\"v\"}}}}"));
    assertThat(lesson.ask("x.y.é.0")).isEqualTo(hit("1"));
    assertThat(lesson.ask("x.y.é.?1")).isEqualTo(hit("[]"));
    assertThat(lesson.ask("x.y.é.1"))
        .isEqualTo(
            new Lookup.Mismatched(
                new Mismatch.OutOfRange(3, List.of("x", "y", "é"), "1", 1), true));
    assertThat(lesson.ask("x.y.{?b,a}"))
        .isEqualTo(
            new Lookup.Mismatched(
                new Mismatch.Missing(2, List.of("x", "y"), "a", List.of("b", "é")), true));
    assertThat(lesson.ask("y")).isEqualTo(MISS);
  }

  @Test
  void lookup_ofAllAfterEachWasAsked_isAnsweredOnlyOnceTheNamesAreKnown() throws IOException {
    var lesson = new Lesson("x", set("a", integer(1), "b", integer(2))).fetch("x.a", "x.b");
    assertThat(lesson.ask("x.*")).isEqualTo(MISS);
    assertThat(lesson.ask("x")).isEqualTo(MISS);

    lesson.fetch("x.nothing");
    assertThat(lesson.ask("x.*")).as("the suggestions are all names").isNotEqualTo(MISS);
    assertThat(lesson.ask("x")).isEqualTo(hit("{\"attrs\":{\"a\":1,\"b\":2}}"));
  }

  @Test
  void insert_missingAttribute_isAnsweredWithItsSuggestions() throws IOException {
    var lesson = new Lesson("hosts", set("web01", integer(1), "web02", integer(2)));
    lesson.fetch("hosts.webb");

    assertThat(lesson.ask("hosts.webb"))
        .isEqualTo(
            new Lookup.Mismatched(
                new Mismatch.Missing(1, List.of("hosts"), "webb", List.of("web01", "web02")),
                true));
    assertThat(lesson.ask("hosts.webb.deeper")).isInstanceOf(Lookup.Mismatched.class);
    assertThat(lesson.ask("hosts.?webb")).isEqualTo(hit("{\"attrs\":{}}"));
    assertThat(lesson.ask("hosts.wxyz"))
        .as("all that begin alike were listed, but perhaps only they")
        .isEqualTo(MISS);
  }

  @Test
  void lookup_ofWhatIsOnlyKnownToBeAbsent_saysThatSuggestionsMayLack() throws IOException {
    var lesson = new Lesson("a", integer(1), "b", integer(2)).fetch("?x", "a");

    assertThat(lesson.ask("x"))
        .isEqualTo(
            new Lookup.Mismatched(new Mismatch.Missing(0, List.of(), "x", List.of("a")), false));
  }

  @Test
  void lookup_missingInAVeryLargeSet_suggestsWhatBeginsAlike() throws IOException {
    var namesAndValues = new ArrayList<>();
    for (int i = 0; i < 2100; i++) {
      Collections.addAll(namesAndValues, (i < 3 ? "a" : "b") + i, integer(i));
    }
    var lesson = new Lesson(namesAndValues.toArray());
    lesson.fetch("ax");
    assertThat(lesson.ask("ax"))
        .isEqualTo(
            new Lookup.Mismatched(
                new Mismatch.Missing(0, List.of(), "ax", List.of("a0", "a1", "a2")), true));
    assertThat(lesson.ask("bx")).isEqualTo(MISS);
    assertThat(lesson.ask("*")).isEqualTo(MISS);

    lesson.fetch("");
    assertThat(lesson.ask("ax")).isInstanceOf(Lookup.Mismatched.class);
    assertThat(lesson.ask("bx")).isInstanceOf(Lookup.Mismatched.class);
    assertThat(lesson.ask("b7")).isEqualTo(hit("7"));
  }

  @Test
  void lookup_withAFunctionInside_isAValueTypedAndAnErrorInJson() throws IOException {
    var lesson = new Lesson("a", set("f", new NixValue.Function(), "g", integer(1))).fetch("a");

    assertThat(lesson.ask("a")).isEqualTo(hit("{\"attrs\":{\"f\":{\"function\":{}},\"g\":1}}"));
    assertThat(lesson.tree.lookup(selector("*.{f}"), ValueEncoding.TYPED)).isEqualTo(MISS);
    assertThat(lesson.tree.lookup(selector("a"), ValueEncoding.JSON))
        .isEqualTo(
            new Lookup.Mismatched(new Mismatch.NotJson(-1, List.of("f"), "a function"), true));
    assertThat(lesson.json("a.g")).isEqualTo("1");
    assertThat(lesson.ask("a.f.x"))
        .isEqualTo(
            new Lookup.Mismatched(new Mismatch.NoParts(2, List.of("a", "f"), "lambda"), true));
  }

  @Test
  void lookup_belowAWholeNumber_isAnsweredOnceItsTypeIsKnown() throws IOException {
    var lesson = new Lesson("i", integer(7)).fetch("i");
    assertThat(lesson.ask("i.a")).as("Nix 2.8 prints 7.0 so, too").isEqualTo(MISS);

    lesson.fetch("i.a");
    assertThat(lesson.ask("i.?b"))
        .isEqualTo(new Lookup.Mismatched(new Mismatch.NoParts(1, List.of("i"), "int"), true));
    assertThat(lesson.ask("i")).isEqualTo(hit("7"));
  }

  @Test
  void lookup_ofANameThatNoElementCanHave_knowsThatItIsInASet() throws IOException {
    var lesson =
        new Lesson(
            "x", set("-1", integer(1)),
            "y", set("01", integer(2)),
            "z", set("12345678901234567890", integer(3)));
    lesson.fetch("x.-1", "y.01", "z.12345678901234567890");

    assertThat(lesson.ask("x.?-1")).isEqualTo(hit("{\"attrs\":{\"-1\":1}}"));
    assertThat(lesson.ask("y.{01}")).isEqualTo(hit("{\"attrs\":{\"01\":2}}"));
    assertThat(lesson.ask("z.?12345678901234567890"))
        .isEqualTo(hit("{\"attrs\":{\"12345678901234567890\":3}}"));
  }

  @Test
  void lookup_inJsonOfWhatHasAnOutPath_needsNothingElse() throws IOException {
    var lesson =
        new Lesson(
            "p",
            set(
                "type", text("derivation"),
                "outPath", text("/nix/store/0-p"),
                "broken", new NixValue.Aborts()));
    lesson.fetch("p");

    assertThat(lesson.json("p")).isEqualTo("\"/nix/store/0-p\"");
    assertThat(lesson.json("p.*")).isEqualTo("\"/nix/store/0-p\"");
    assertThat(lesson.ask("p.*")).isEqualTo(MISS);
  }

  @Test
  void keep_anAnswerThatOnlyNixCanGive_isAnsweredInItsEncodingOnly() {
    var tree = new SelectionTree();
    var selector = selector("ts.*");
    var answer = new Lookup.WholeAnswer("\"shown\"".getBytes(StandardCharsets.UTF_8), List.of());
    tree.keep(selector, ValueEncoding.JSON, false, answer);

    assertThat(tree.lookup(selector, ValueEncoding.JSON)).isEqualTo(new Lookup.Kept(answer));
    assertThat(tree.lookup(selector, ValueEncoding.TYPED)).isEqualTo(MISS);
    assertThat(tree.lookupRealised(selector, ValueEncoding.JSON, path -> true)).isEmpty();
    SelectionTreeInvariants.check(tree);
  }

  @Test
  void insert_whatContradicts_changesNothing() throws IOException {
    var tree = new SelectionTree();
    tree.insert(selector("a"), value("{\"attrs\":{\"b\":[1,\"x\"]}}"));
    SelectionTree.State before = tree.state();

    assertContradiction(tree, "a.b.0", "2");
    assertContradiction(tree, "a.b.2", "2");
    assertContradiction(tree, "a.b.x", "2");
    assertContradiction(tree, "a.b", "[1]");
    assertContradiction(tree, "a.b.*", "[1]");
    assertContradiction(tree, "a.b", "{\"attrs\":{}}");
    assertContradiction(tree, "a.?b", "{\"attrs\":{}}");
    assertContradiction(tree, "a.c", "1");
    assertContradiction(tree, "a", "{\"outPath\":\"x\"}");
    assertContradiction(tree, "a.b.1.c", "1");
    assertContradiction(tree, "", "[]");
    assertContradiction(tree, "a", "{\"attrs\":{\"b\":{\"attrs\":{\"outPath\":1}}}}");
    assertContradiction(tree, "a.?b", "{\"attrs\":{\"c\":1}}");
    assertContradiction(tree, "a.b.{0,1}", "[1]");
    assertThatThrownBy(() ->
            tree.insert(selector("a.b.c"), new Mismatch.NoParts(2, List.of("a", "b"), "string")))
        .isInstanceOf(ContradictionException.class);
    assertThatThrownBy(() ->
            tree.insert(selector("x.y"), new Mismatch.Missing(1, List.of("z"), "y", List.of())))
        .as("no way of that selector")
        .isInstanceOf(ContradictionException.class);
    assertThat(tree.state()).isSameAs(before);

    var empty = new SelectionTree();
    assertContradiction(empty, "x", "{\"attrs\":{\"outPath\":1}}");
    assertContradiction(empty, "x", "[{\"attrs\":{\"__toString\":{\"function\":{}}}}]");
    assertContradiction(empty, "x.*", "{\"attrs\":{\"y\":{\"attrs\":{\"outPath\":1}}}}");
    assertThat(empty.weight()).isEqualTo(new SelectionTree().weight());
  }

  private static void assertContradiction(SelectionTree tree, String selector, String answer)
      throws IOException {
    TypedValue value = value(answer);
    assertThatThrownBy(() -> tree.insert(selector(selector), value))
        .as("%s = %s", selector, answer)
        .isInstanceOf(ContradictionException.class);
  }

  @Test
  void insert_aSelectorOfVeryManySteps_isNotKept() throws IOException {
    var tree = new SelectionTree();
    var longest = new Selector(Collections.nCopies(SelectionTree.MAX_STEPS, new Step.Name("a")));
    var longer = longest.plus(new Step.Name("a"));

    assertThat(tree.insert(longer, value("1"))).isFalse();
    assertThat(tree.lookup(longer, ValueEncoding.TYPED)).isEqualTo(MISS);
    assertThat(tree.insert(longest, value("\"x\""))).isTrue();
    assertThat(tree.lookup(longest, ValueEncoding.TYPED)).isEqualTo(hit("\"x\""));
    SelectionTreeInvariants.check(tree);
  }

  @Test
  void insert_aVeryDeepValue_isAnsweredAtAnyDepth() throws IOException {
    int depth = 5_000;
    var json = new StringBuilder();
    json.repeat("{\"attrs\":{\"a\":", depth).append("\"x\"").repeat("}}", depth);
    var tree = new SelectionTree();
    tree.insert(selector("v"), value(json.toString()));

    assertThat(tree.lookup(selector("v"), ValueEncoding.TYPED)).isEqualTo(hit(json.toString()));
    var steps = new ArrayList<Step>(List.of(new Step.Name("v")));
    steps.addAll(Collections.nCopies(400, new Step.All()));
    assertThat(tree.lookup(new Selector(steps), ValueEncoding.JSON)).isInstanceOf(Lookup.Hit.class);
    // One more fact below it takes it apart on the way, and puts it together again.
    tree.insert(selector("w"), value(json.toString()));
    tree.insert(
        selector("*.a.a.?b"), value("{\"attrs\":{\"v\":{\"attrs\":{}},\"w\":{\"attrs\":{}}}}"));
    assertThat(tree.lookup(selector(""), ValueEncoding.TYPED)).isInstanceOf(Lookup.Hit.class);
    SelectionTreeInvariants.check(tree);
  }

  @Test
  void weight_isThatOfAllThatIsKnown() throws IOException {
    var lesson =
        new Lesson("a", set("b", text("x".repeat(1000)), "outPath", text("y")), "c", text("z"));
    long before = lesson.tree.weight();
    for (String text : List.of("a.b", "c", "a", "?nothing")) {
      lesson.fetch(text);
      assertThat(lesson.tree.weight()).as(text).isGreaterThan(before);
      before = lesson.tree.weight();
    }
    // Told in full, it takes less than piece by piece.
    lesson.fetch("a.*", "missing", "*");
    assertThat(lesson.tree.weight()).isBetween(1000L, 3000L);
    before = lesson.tree.weight();
    lesson.tree.keep(
        selector("a"),
        ValueEncoding.JSON,
        true,
        new Lookup.WholeAnswer(new byte[5000], List.of("/nix/store/x")));
    assertThat(lesson.tree.weight()).isBetween(before + 5000, before + 6000);
  }
}
