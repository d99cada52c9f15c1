package dev.arda.nix.flake.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.arda.nix.flake.selector.ParsedSelector.StepSpan;
import dev.arda.nix.flake.selector.SelectorVectors.ParseOutcome;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorParserTest {

  static Stream<SelectorVectors.ParseRow> vectors() {
    return SelectorVectors.load().parse().stream();
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void parse_vector_hasTheVerifiedMeaning(SelectorVectors.ParseRow row) {
    switch (row.expected()) {
      case ParseOutcome.Means(Selector selector) ->
          assertThat(SelectorParser.parse(row.input()).selector()).isEqualTo(selector);
      case ParseOutcome.Fails(var _) -> failure(row.input());
      case ParseOutcome.FailsAt(String kind, Span span, String suggestion) -> {
        FlakeException failure = failure(row.input());
        assertThat(failure.metadata()).containsEntry("fault", kind);
        assertThat(span(fault(failure))).isEqualTo(span);
        assertThat(fault(failure).suggestion()).isEqualTo(suggestion);
      }
    }
  }

  @Test
  void vectors_areAllThere_andExplainEveryDifference() {
    List<SelectorVectors.ParseRow> rows = vectors().toList();

    assertThat(rows).hasSize(188);
    assertThat(rows)
        .allSatisfy(row -> {
          assertThat(row.arda().isPresent()).isEqualTo(row.why().isPresent());
          // Without a word of its own, a row claims that all three agree.
          assertThat(row.arda().isPresent() || row.parsersAgree()).isTrue();
        });
    assertThat(rows)
        .filteredOn(row -> row.arda().isPresent() && row.parsersAgree())
        .extracting(SelectorVectors.ParseRow::id)
        .containsExactly("P31", "P32", "P36", "P37");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          # text            | kind                       | offset | length | suggestion
          *a                | dot-expected               | 1      | 1      | .a
          é.**              | dot-expected               | 3      | 1      | .*
          😀.{a}?b           | dot-expected               | 5      | 1      | .?
          *?                | dot-expected               | 1      | 1      | .?
          {a}b              | dot-expected               | 3      | 1      | .b
          {a}{b}            | dot-expected               | 3      | 1      | .{
          {a}"b"            | dot-expected               | 3      | 1      | ."
          {{a}}             | dot-expected               | 4      | 1      | ``
          *}                | dot-expected               | 1      | 1      | ``
          {a},b             | dot-expected               | 3      | 1      | ``
          {a                | unclosed-set               | 2      | 0      | }
          x.{a,             | unclosed-set               | 5      | 0      | }
          x.{               | unclosed-set               | 3      | 0      | }
          "a                | unclosed-quote             | 2      | 0      | "
          a."b.c            | unclosed-quote             | 6      | 0      | "
          {a,"b}            | unclosed-quote             | 6      | 0      | "}
          a\\               | dangling-escape            | 1      | 1      | \\\\
          \\                | dangling-escape            | 0      | 1      | \\\\
          "😀\\              | dangling-escape            | 2      | 1      | \\\\"
          {a,\\             | dangling-escape            | 3      | 1      | \\\\}
          {"a\\             | dangling-escape            | 3      | 1      | \\\\"}
          a?                | name-ends-in-question-mark | 0      | 2      | {?"a"}
          x.a?              | name-ends-in-question-mark | 2      | 2      | {?"a"}
          x.a?.b            | name-ends-in-question-mark | 2      | 2      | {?"a"}
          x."a.b"?          | name-ends-in-question-mark | 2      | 6      | {?"a.b"}
          ?a?               | name-ends-in-question-mark | 0      | 3      | {?"a?"}
          x.?a?.y           | name-ends-in-question-mark | 2      | 3      | {?"a?"}
          x?a?              | name-ends-in-question-mark | 1      | 3      | .{?"a?"}
          outPath?          | name-ends-in-question-mark | 0      | 8      | ?outPath
          ?"a.b"            | quote-after-question-mark  | 0      | 6      | {?"a.b"}
          x.?"a\\"b"c.d     | quote-after-question-mark  | 2      | 8      | {?"a\\"bc"}
          x?"a"             | quote-after-question-mark  | 1      | 4      | .{?"a"}
          ?"a"?b            | quote-after-question-mark  | 0      | 4      | {?"a"}
          ?"                | quote-after-question-mark  | 0      | 2      | {?""}
          ?"a\\             | quote-after-question-mark  | 0      | 4      | {?"a"}
          ?"outPath"        | quote-after-question-mark  | 0      | 10     | ?outPath
          {outPath}         | out-path-in-set            | 1      | 7      | ``
          d.{a,?outPath}    | out-path-in-set            | 5      | 8      | ``
          d.{a,out\\Path,b} | out-path-in-set            | 5      | 8      | ``
          {"out"Path,       | out-path-in-set            | 1      | 9      | ``
          """)
  void parse_fault_isPointedAt(
      String text, String kind, int offset, int length, String suggestion) {
    FlakeException failure = failure(text);

    assertThat(failure.reason()).isEqualTo(Reason.SELECTOR_INVALID);
    assertThat(failure.metadata()).containsEntry("fault", kind);
    SelectorFault fault = fault(failure);
    assertThat(fault.selector()).isEqualTo(text);
    assertThat(span(fault)).isEqualTo(new Span(offset, length));
    assertThat(fault.suggestion()).isEqualTo(suggestion);
    assertThat(fault.candidates()).isEmpty();
    assertThat(failure.getMessage())
        .startsWith("The selector `" + text + "` is wrong at character " + (offset + 1) + ": ")
        .endsWith(".");
  }

  @Test
  void parse_faults_areExplainedInWords() {
    assertThat(failure("x.{a").getMessage())
        .isEqualTo(
            "The selector `x.{a` is wrong at character 5: the set opened at character 3 is not"
                + " closed; add `}`.");
    assertThat(failure("hosts.*?net").getMessage())
        .isEqualTo(
            "The selector `hosts.*?net` is wrong at character 8: after `*` only a dot can follow,"
                + " not `?`; an optional step is written `.?`.");
    assertThat(failure("a?").getMessage())
        .isEqualTo(
            "The selector `a?` is wrong at character 1: nothing follows the `?`; for an optional"
                + " `a` write `{?\"a\"}`, for the name `a?` write `\"a?\"`.");
    assertThat(failure("?a?").getMessage())
        .endsWith("nothing follows the second `?`; for the optional name `a?` write `{?\"a?\"}`.");
    assertThat(failure("{outPath}").getMessage()).contains("select `outPath` in a selector of its");
  }

  @Test
  void parse_faultInTextWithControlCharacters_keepsThemOutOfMessageAndSuggestion() {
    FlakeException failure = failure("?\"a\u001b[31m\u202eb\n\"");

    assertThat(failure.getMessage()).contains("\\u{1B}", "\\u{202E}", "\\u{A}");
    assertThat(failure.getMessage()).doesNotContain("\u001b", "\u202e", "\n");
    assertThat(fault(failure).suggestion()).isEmpty();
  }

  @Test
  void parse_faultInLongText_keepsTheMessageShort() {
    FlakeException failure = failure("?\"" + "a".repeat(60_000));

    assertThat(failure.getMessage()).hasSizeLessThan(400);
    assertThat(fault(failure).suggestion()).isEmpty();
    assertThat(span(fault(failure))).isEqualTo(new Span(0, 60_002));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          machines.myhost?network | machines.myhost.?network
          ?a?b                    | ?a.?b
          a?b?c.d                 | a.?b.?c.d
          "a.b"?c                 | "a.b".?c
          ""?c                    | "".?c
          "a"b?c                  | ab.?c
          \\a?b                   | a.?b
          \\??b                   | "?".?b
          a\\?b                   | "a?b"
          ?a\\?b                  | ?a\\?b
          ??q                     | ?\\?q
          ???q                    | ?\\?.?q
          a??b                    | a.?\\?b
          ??                      | ?\\?
          ?.a                     | ?.a
          ?a"b"                   | ?a"b"
          ?\\"a"                  | ?\\"a"
          ?a*                     | ?a*
          {a?b,?c?d,??e}          | {"a?b",?"c?d",?"?e"}
          {"a"?b}                 | {"a?b"}
          {\\?a}                  | {"?a"}
          """)
  void parse_questionMark_beginsAnOptionalStepOrIsACharacter(String text, String canonical) {
    assertThat(SelectorPrinter.print(SelectorParser.parse(text).selector())).isEqualTo(canonical);
  }

  @Test
  void parse_emptyComponents_areNamesWithWarnings() {
    assertThat(warnings("a..b.")).containsExactly(new Span(2, 0));
    assertThat(warnings(".")).containsExactly(new Span(0, 0));
    assertThat(warnings("é..😀..")).containsExactly(new Span(2, 0), new Span(5, 0));
    assertThat(warnings("x.{,a,,b}")).containsExactly(new Span(3, 0), new Span(6, 0));
    assertThat(SelectorParser.parse("a..b").warnings().getFirst().message())
        .containsIgnoringCase("empty component")
        .endsWith(".");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.", "a.\"\".b", "{}", "{a,}", "{\"\"}", "?", "*."})
  void parse_whatIsMeant_givesNoWarning(String text) {
    assertThat(SelectorParser.parse(text).warnings()).isEmpty();
  }

  @Test
  void parse_positions_coverEachStepAndEntry() {
    ParsedSelector parsed = SelectorParser.parse("é.\"x.y\"?o..{a,?\"b,\",\\c}.*.\\d.");

    assertThat(parsed.selector())
        .isEqualTo(
            Selector.of(
                new Step.Name("é"),
                new Step.Name("x.y"),
                new Step.Maybe("o"),
                new Step.Name(""),
                new Step.Names(
                    List.of(
                        new Step.Entry("a", false),
                        new Step.Entry("b,", true),
                        new Step.Entry("c", false))),
                new Step.All(),
                new Step.Name("d")));
    assertThat(parsed.spans())
        .containsExactly(
            step(0, 1),
            step(2, 5),
            step(7, 2),
            step(10, 0),
            new StepSpan(
                new Span(11, 12), List.of(new Span(12, 1), new Span(14, 5), new Span(20, 2))),
            step(24, 1),
            step(26, 2));
  }

  @Test
  void parse_sameMeaningWrittenDifferently_givesEqualSelectors() {
    assertThat(SelectorParser.parse("a?b.").selector())
        .isEqualTo(SelectorParser.parse("\"a\".?\\b").selector());
    assertThat(SelectorParser.parse("a?b.").spans())
        .isNotEqualTo(SelectorParser.parse("\"a\".?\\b").spans());
  }

  @Test
  void parse_anyCharacter_isKept() {
    String name = "\0\n\t\r\u007f\u0085\u2028\uffff😀${x}''$(y)`z`é\u0301";

    assertThat(SelectorParser.parse(name).selector()).isEqualTo(Selector.path(name));
    assertThat(SelectorParser.parse("\"" + name + "\"").selector()).isEqualTo(Selector.path(name));
    assertThat(SelectorParser.parse("?" + name).selector())
        .isEqualTo(Selector.of(new Step.Maybe(name)));
  }

  @ParameterizedTest
  @CsvSource({"0,''", "2,é.", "3,😀.a"})
  void parse_unpairedSurrogate_isRefusedWithItsOffset(int offset, String before) {
    for (String half : List.of("\ud800", "\udc00")) {
      FlakeException failure = failure(before + half + "x{{");

      assertThat(failure.metadata()).containsEntry("fault", "unpaired-surrogate");
      assertThat(span(fault(failure))).isEqualTo(new Span(offset, 1));
      assertThat(failure.getMessage()).contains("offset " + offset).doesNotContain(half);
    }
  }

  @Test
  void parse_textAtTheLimit_isReadAndOneMoreIsRefused() {
    String longest = "😀".repeat(Selector.MAX_LENGTH);
    assertThat(SelectorParser.parse(longest).selector()).isEqualTo(Selector.path(longest));

    FlakeException failure = failure(longest + "😀");

    assertThat(failure.metadata()).containsEntry("fault", "too-long");
    assertThat(span(fault(failure))).isEqualTo(new Span(65_536, 1));
    assertThat(failure.getMessage()).contains("65,537 characters", "at most 65,536");
  }

  @Test
  void parse_textWhoseCanonicalFormIsTooLong_isRefusedWhereItGrowsTooLong() {
    // Each dot is an empty name, which is three characters with its quotes and its dot.
    assertThat(SelectorParser.parse(".".repeat(21_845)).selector().steps()).hasSize(21_845);

    FlakeException failure = failure(".".repeat(21_846));

    assertThat(failure.metadata()).containsEntry("fault", "too-long");
    assertThat(span(fault(failure))).isEqualTo(new Span(21_845, 1));
    assertThat(failure.getMessage()).contains("65,536");
  }

  static Stream<String> patterns() {
    return Stream.of(
        "a", "a.", "?a", "a?b", "\\.", "{a}.", "{a,\"b\",?c,,}.", "\"a\\\"\".", "*.", "😀", "\0");
  }

  @ParameterizedTest
  @MethodSource("patterns")
  void parse_longText_takesLessThanASecond(String pattern) {
    for (int size : new int[] {10_000, 20_000}) {
      assertReadInTime(pattern.repeat(size / pattern.codePointCount(0, pattern.length())));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a.", "?a", "a?b", "{a}.", "*.", "😀", "\0.\\"})
  void parse_veryLongText_takesLessThanASecond(String pattern) {
    int size = 60_000;
    String text = pattern.repeat(size / pattern.codePointCount(0, pattern.length()));
    if (text.endsWith("\\")) {
      text += "z";
    }
    assertReadInTime(text);
  }

  @Test
  void parse_hugeSet_takesLessThanASecond() {
    assertReadInTime("{" + "a,".repeat(29_999) + "}");
    assertReadInTime("{" + "a".repeat(59_998) + "}");
    assertReadInTime("\"" + "\\\"".repeat(29_999) + "\"");
  }

  /** Reads a text, or refuses it for the length of its canonical form, in time. */
  private static void assertReadInTime(String text) {
    long start = System.nanoTime();
    Optional<Selector> read;
    try {
      read = Optional.of(SelectorParser.parse(text).selector());
    } catch (FlakeException e) {
      assertThat(e.metadata()).containsEntry("fault", "too-long");
      assertThat(text).hasSizeGreaterThan(Selector.MAX_LENGTH / 3);
      read = Optional.empty();
    }
    Duration taken = Duration.ofNanos(System.nanoTime() - start);

    assertThat(taken).isLessThan(Duration.ofSeconds(10));
    read.ifPresent(selector ->
        assertThat(SelectorParser.parse(selector.toString()).selector()).isEqualTo(selector));
  }

  @Test
  void parse_arbitraryText_givesASelectorOrAFaultWhoseSuggestionRemovesIt() {
    var generator = SelectorGenerator.seeded("arbitrary text");
    int legal = 0;
    for (int i = 0; i < 100_000; i++) {
      String text = generator.text(12);
      if (mend(text)) {
        legal++;
      }
    }
    // Neither side of the test is idle.
    assertThat(legal).isBetween(10_000, 90_000);
  }

  /** Parses, and follows suggestions as far as there are any; whether the text itself was legal. */
  private static boolean mend(String text) {
    String mended = text;
    for (int round = 0; ; round++) {
      assertThat(round).describedAs(text).isLessThan(text.length() + 3);
      try {
        ParsedSelector parsed = SelectorParser.parse(mended);
        assertThat(parsed.spans())
            .allSatisfy(
                step -> assertThat(step.span().end()).isLessThanOrEqualTo(parsed.text().length()));
        assertThat(SelectorParser.parse(parsed.selector().toString()).selector())
            .describedAs(mended)
            .isEqualTo(parsed.selector());
        return round == 0;
      } catch (FlakeException e) {
        SelectorFault fault = fault(e);
        assertThat(fault.offset()).isNotNegative();
        int end = fault.offset() + fault.length();
        assertThat(end).isLessThanOrEqualTo(mended.codePointCount(0, mended.length()));
        if (fault.suggestion().isEmpty()) {
          return false;
        }
        mended =
            mended.substring(0, mended.offsetByCodePoints(0, fault.offset()))
                + fault.suggestion()
                + mended.substring(mended.offsetByCodePoints(0, end));
      }
    }
  }

  private static StepSpan step(int offset, int length) {
    return new StepSpan(new Span(offset, length), List.of());
  }

  private static Stream<Span> warnings(String text) {
    return SelectorParser.parse(text).warnings().stream().map(SelectorWarning::span);
  }

  private static FlakeException failure(String text) {
    FlakeException failure =
        catchThrowableOfType(FlakeException.class, () -> SelectorParser.parse(text));
    assertThat(failure).describedAs("failure of %s", text).isNotNull();
    return failure;
  }

  private static SelectorFault fault(FlakeException failure) {
    return failure.selectorFault().orElseThrow();
  }

  private static Span span(SelectorFault fault) {
    return new Span(fault.offset(), fault.length());
  }
}
