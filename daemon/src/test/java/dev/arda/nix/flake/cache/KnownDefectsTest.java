package dev.arda.nix.flake.cache;

import static dev.arda.nix.flake.cache.Lesson.hit;
import static dev.arda.nix.flake.cache.Lesson.selector;
import static dev.arda.nix.flake.cache.Lesson.value;
import static dev.arda.nix.flake.cache.NixValue.NULL;
import static dev.arda.nix.flake.cache.NixValue.integer;
import static dev.arda.nix.flake.cache.NixValue.list;
import static dev.arda.nix.flake.cache.NixValue.set;
import static dev.arda.nix.flake.cache.NixValue.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Sequences of questions that another cache of the same language was found to answer wrongly,
 * refuse, or ask again for ever. Each has a number, C1 to C20.
 */
class KnownDefectsTest {

  private static final Lookup MISS = Lookup.Miss.MISS;
  private static final String HELLO =
      "{\"derivation\":{\"drvPath\":\"/nix/store/0-hello.drv\",\"name\":\"hello\","
          + "\"outputName\":\"out\",\"outPath\":\"/nix/store/0-hello\"}}";

  private static Lesson withHello() {
    return new Lesson(
        "p",
        set(
            "hello",
            set(
                "type", text("derivation"),
                "name", text("hello"),
                "drvPath", text("/nix/store/0-hello.drv"),
                "outPath", text("/nix/store/0-hello"),
                "outputName", text("out"),
                "meta", set("license", text("gpl")))));
  }

  @Test
  void c01_theNameOfADerivationThatWasFetched_isWhatTheDerivationTold() throws IOException {
    var lesson = withHello().fetch("p.hello");

    assertThat(lesson.ask("p.hello.name")).isEqualTo(hit("\"hello\""));
    assertThat(lesson.ask("p.hello.version")).isEqualTo(MISS);
  }

  @Test
  void c01_aNameThatTheDerivationDidNotTell_isAMiss() throws IOException {
    var lesson =
        new Lesson(
            "d",
            set(
                "type", text("derivation"),
                "outPath", text("/nix/store/0-d"),
                "name", new NixValue.Throws()));
    lesson.fetch("d");

    assertThat(lesson.ask("d.name")).isEqualTo(MISS);
    assertThat(lesson.ask("d.?drvPath")).isEqualTo(MISS);
    assertThat(lesson.ask("d.type")).isEqualTo(hit("\"derivation\""));
  }

  @Test
  void c02_anOptionalAttributeOfADerivationThatWasFetched_isAMiss() throws IOException {
    var lesson = withHello().fetch("p.hello");

    assertThat(lesson.ask("p.hello.?meta")).isEqualTo(MISS);
    assertThat(lesson.ask("p.hello.?nothing")).isEqualTo(MISS);
    assertThat(lesson.ask("p.hello.{name,?meta}")).isEqualTo(MISS);
  }

  @Test
  void c03_aRootThatIsShownAsItsStorePath_tellsNothingOfItsOutputs() throws IOException {
    var lesson = new Lesson("outPath", text("/nix/store/0-source"), "x", set("a", integer(1)));
    lesson.fetch("x.a", "");

    assertThat(lesson.ask("")).isEqualTo(hit("{\"outPath\":\"/nix/store/0-source\"}"));
    assertThat(lesson.ask("x.a")).isEqualTo(hit("1"));
    assertThat(lesson.ask("x")).isEqualTo(MISS);
    assertThat(lesson.ask("?y")).isEqualTo(MISS);
    assertThat(lesson.ask("*")).isEqualTo(MISS);
    assertThat(lesson.json("*")).isEqualTo("\"/nix/store/0-source\"");
  }

  @Test
  void c04_aSetThatIsShownAsItsOutPath_tellsNothingOfTheOthers() throws IOException {
    var lesson = new Lesson("op", set("outPath", text("opstr"), "a", integer(1))).fetch("op");

    assertThat(lesson.ask("op.a")).isEqualTo(MISS);
    assertThat(lesson.ask("op.?a")).isEqualTo(MISS);
    assertThat(lesson.ask("op.outPath")).isEqualTo(hit("\"opstr\""));
  }

  @Test
  void c05_anAttributeAndThenTheWhole_areBothKept() throws IOException {
    var lesson = new Lesson("x", set("outPath", text("s"), "name", text("n")));
    lesson.fetch("x.name", "x");

    assertThat(lesson.ask("x")).isEqualTo(hit("{\"outPath\":\"s\"}"));
    assertThat(lesson.ask("x.name")).isEqualTo(hit("\"n\""));
  }

  @Test
  void c06_anAttributeAndThenTheDerivation_areBothKept() throws IOException {
    var lesson = withHello().fetch("p.hello.meta", "p.hello");

    assertThat(lesson.ask("p.hello")).isEqualTo(hit(HELLO));
    assertThat(lesson.ask("p.hello.meta.license")).isEqualTo(hit("\"gpl\""));
  }

  @Test
  void c07_aSetWithOnePartUnknown_isAMissThoughAnotherIsAbsent() throws IOException {
    var lesson = new Lesson("y", set("a", integer(1), "b", integer(2))).fetch("*.a");

    assertThat(lesson.ask("{?x,y}.b")).isEqualTo(MISS);
    assertThat(lesson.ask("{?x,y}.a")).isEqualTo(hit("{\"attrs\":{\"y\":1}}"));
  }

  @Test
  void c08_absenceOfOnePartOfASet_saysNothingOfTheOther() throws IOException {
    var lesson = new Lesson("y", set("a", integer(1), "b", integer(2))).fetch("?x", "y.a");

    assertThat(lesson.ask("{?x,y}.b")).isEqualTo(MISS);
    assertThat(lesson.ask("{?x,y}.a")).isEqualTo(hit("{\"attrs\":{\"y\":1}}"));
  }

  @Test
  void c09_absenceInASet_isRemembered() throws IOException {
    var lesson = new Lesson("y", integer(1)).fetch("{?x,y}");

    assertThat(lesson.ask("{?x,y}")).isEqualTo(hit("{\"attrs\":{\"y\":1}}"));
    assertThat(lesson.ask("?x")).isEqualTo(hit("{\"attrs\":{}}"));
    assertThat(lesson.ask("?x.deeper.*")).isEqualTo(hit("{\"attrs\":{}}"));
    assertThat(lesson.ask("x")).isInstanceOf(Lookup.Mismatched.class);
  }

  @Test
  void c10_absenceAndThenAll_isAllThatIsThere() throws IOException {
    var lesson = new Lesson("y", integer(1)).fetch("?x", "*");

    assertThat(lesson.ask("*")).isEqualTo(hit("{\"attrs\":{\"y\":1}}"));
    assertThat(lesson.ask("")).isEqualTo(hit("{\"attrs\":{\"y\":1}}"));
  }

  @Test
  void c11_elementsInAnotherOrderAndThenTheList_keepTheOrderOfTheList() throws IOException {
    var lesson = new Lesson("l", list(integer(10), integer(20), integer(30)));
    lesson.fetch("l.{2,0}");
    assertThat(lesson.ask("l.{2,0}")).isEqualTo(hit("[30,10]"));
    assertThat(lesson.ask("l.{0,2,0}")).isEqualTo(hit("[10,30,10]"));
    assertThat(lesson.ask("l.*")).isEqualTo(MISS);

    lesson.fetch("l");
    assertThat(lesson.ask("l")).isEqualTo(hit("[10,20,30]"));
    assertThat(lesson.ask("l.*")).isEqualTo(hit("[10,20,30]"));
  }

  @Test
  void c11_aListOfMoreThanTenElements_isInTheOrderOfNumbers() throws IOException {
    NixValue[] values = new NixValue[12];
    for (int i = 0; i < values.length; i++) {
      values[i] = set("i", integer(i), "outPath", text("o"));
    }
    var lesson = new Lesson("l", list(values)).fetch("l.*.i");

    assertThat(lesson.ask("l.*.i")).isEqualTo(hit("[0,1,2,3,4,5,6,7,8,9,10,11]"));
  }

  @Test
  void c12_oneElementWhoseParentIsUnknown_isNoSetOfOne() throws IOException {
    var lesson = new Lesson("l", list(integer(10), integer(20))).fetch("l.1");

    assertThat(lesson.ask("l.1")).isEqualTo(hit("20"));
    assertThat(lesson.ask("l.{1}")).isEqualTo(MISS);
    assertThat(lesson.ask("l.?1")).isEqualTo(MISS);
    assertThat(lesson.fetch("l.?7").ask("l.{1}")).isEqualTo(hit("[20]"));
  }

  @Test
  void c13_belowNull_isTheErrorOfTheEvaluator() throws IOException {
    var lesson = new Lesson("z", NULL).fetch("z");

    assertThat(lesson.ask("z.?a"))
        .isEqualTo(new Lookup.Mismatched(new Mismatch.NoParts(1, List.of("z"), "null"), true));
  }

  @Test
  void c14_nullBesideASet_isTheErrorOfTheEvaluator() throws IOException {
    var lesson = new Lesson("t", set("x", set("a", integer(1)), "n", NULL)).fetch("t");

    assertThat(lesson.ask("t.*.?a"))
        .isEqualTo(new Lookup.Mismatched(new Mismatch.NoParts(2, List.of("t", "n"), "null"), true));
  }

  @Test
  void c15_optionalElementsOfAList_areListsOfOneOrNone() throws IOException {
    var lesson = new Lesson("l", list(integer(10), integer(20))).fetch("l.?0", "l.?5");

    assertThat(lesson.ask("l.?0")).isEqualTo(hit("[10]"));
    assertThat(lesson.ask("l.?5")).isEqualTo(hit("[]"));
    assertThat(lesson.ask("l.?1")).isEqualTo(MISS);
    assertThat(lesson.fetch("l").ask("l.?1")).isEqualTo(hit("[20]"));
  }

  @Test
  void c16_anIndexHasOneForm() throws IOException {
    var lesson = new Lesson("l", list(integer(10), integer(20)), "s", set(" 1", integer(1)));
    lesson.fetch("l.1");
    assertThat(lesson.ask("l.\" 1\"")).isEqualTo(MISS);

    lesson.fetch("l.\" 1\"", "s.\" 1\"");
    assertThat(lesson.ask("l.\" 1\""))
        .isEqualTo(new Lookup.Mismatched(new Mismatch.NoIndex(1, List.of("l"), " 1"), true));
    assertThat(lesson.ask("l.01")).isInstanceOf(Lookup.Mismatched.class);
    assertThat(lesson.ask("l.1")).isEqualTo(hit("20"));
    assertThat(lesson.ask("s.{\" 1\"}")).isEqualTo(hit("{\"attrs\":{\" 1\":1}}"));
  }

  @Test
  void c17_onlyRealisedStorePathsMustExist() throws IOException {
    var lesson = withHello().fetch("p.hello");
    var selector = selector("p.hello");
    assertThat(lesson.ask("p.hello")).isEqualTo(hit(HELLO));
    assertThat(lesson.tree.lookupRealised(selector, ValueEncoding.JSON, path -> true))
        .as("what was not realised")
        .isEmpty();

    var answer =
        new Lookup.WholeAnswer(
            "\"/nix/store/0-hello\"".getBytes(StandardCharsets.UTF_8),
            List.of("/nix/store/0-hello"));
    lesson.tree.keep(selector, ValueEncoding.JSON, true, answer);
    Set<String> store = new HashSet<>(List.of("/nix/store/0-hello"));
    assertThat(lesson.tree.lookupRealised(selector, ValueEncoding.JSON, store::contains))
        .contains(answer);
    assertThat(lesson.tree.lookupRealised(selector, ValueEncoding.TYPED, store::contains))
        .isEmpty();

    store.clear();
    assertThat(lesson.tree.lookupRealised(selector, ValueEncoding.JSON, store::contains)).isEmpty();
    assertThat(lesson.ask("p.hello")).as("the value is no less true").isEqualTo(hit(HELLO));
    SelectionTreeInvariants.check(lesson.tree);
  }

  @Test
  void c18_selectionsThatCollapse_areAnsweredAsTheyAre() throws IOException {
    var lesson =
        new Lesson(
            "drv", set("type", text("derivation"), "name", text("n"), "outPath", text("/d")),
            "op", set("outPath", text("opstr"), "a", integer(1)),
            "ts", set("__toString", new NixValue.Shows("a"), "a", text("shown")));
    lesson.fetch("drv.*", "op.?outPath", "ts.*");

    assertThat(lesson.ask("drv.*"))
        .isEqualTo(hit("{\"attrs\":{\"name\":\"n\",\"outPath\":\"/d\",\"type\":\"derivation\"}}"));
    assertThat(lesson.json("drv.*")).isEqualTo("\"/d\"");
    assertThat(lesson.json("drv")).isEqualTo("\"/d\"");
    assertThat(lesson.ask("op.?outPath")).isEqualTo(hit("{\"attrs\":{\"outPath\":\"opstr\"}}"));
    assertThat(lesson.json("op.?outPath")).isEqualTo("\"opstr\"");
    assertThat(lesson.ask("ts.*"))
        .isEqualTo(hit("{\"attrs\":{\"__toString\":{\"function\":{}},\"a\":\"shown\"}}"));
    assertThat(lesson.tree.lookup(selector("ts.*"), ValueEncoding.JSON))
        .as("only Nix can call the function")
        .isEqualTo(MISS);
    assertThat(lesson.ask("ts")).isEqualTo(MISS);
    assertThat(lesson.ask("drv")).isEqualTo(MISS);
  }

  @Test
  void c19_otherOptions_areAnotherTree() {
    var one = SelectionKey.of("identity", "nix 2.34.8 x86_64-linux");
    var other = SelectionKey.of("identity", "nix 2.34.8 x86_64-linux --option a b");

    assertThat(one).isNotEqualTo(other);
    assertThat(one.fileName()).isNotEqualTo(other.fileName());
    assertThat(SelectionKey.of("identity2", "nix 2.34.8 x86_64-linux").fileName())
        .isNotEqualTo(one.fileName());
    assertThat(SelectionKey.of("identity", "nix 2.34.8 x86_64-linux")).isEqualTo(one);
  }

  @Test
  void c20_anAnswerThatDoesNotFit_changesNothing() throws IOException {
    var lesson = withHello().fetch("p.hello.name");
    SelectionTree.State before = lesson.tree.state();

    for (String answer : List.of("\"/nix/store/0-hello\"", HELLO, "{\"function\":{}}", "1")) {
      assertThatThrownBy(() -> lesson.tree.insert(selector("p.hello.*"), value(answer)))
          .isInstanceOf(ContradictionException.class);
    }
    assertThatThrownBy(() -> lesson.tree.insert(selector("*.*.{a}"), value("{\"attrs\":{}}")))
        .as("p has no hello")
        .isInstanceOf(ContradictionException.class);
    assertThat(lesson.tree.state()).isSameAs(before);
    assertThat(lesson.ask("p.hello.?meta")).isEqualTo(MISS);
    assertThat(lesson.ask("p.hello.name")).isEqualTo(hit("\"hello\""));
    SelectionTreeInvariants.check(lesson.tree);
  }
}
