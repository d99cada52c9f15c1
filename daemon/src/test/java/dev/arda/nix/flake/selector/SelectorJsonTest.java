package dev.arda.nix.flake.selector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorJsonTest {

  /** The expected texts are what Python 3's {@code json.dumps} prints. */
  @Test
  void write_selector_isWhatPythonWrites() {
    assertThat(SelectorJson.write(Selector.ROOT)).isEqualTo("[]");
    assertThat(SelectorJson.write(Selector.of(new Step.All()))).isEqualTo("[{\"type\": \"all\"}]");
    assertThat(
            SelectorJson.write(
                Selector.of(
                    new Step.Name("é😀\n\t\r\b\f\0\u001f\u007f/\"\\<>&\u2028"),
                    new Step.Names(List.of(new Step.Entry("a", false), new Step.Entry("", true))),
                    new Step.Names(List.of()))))
        .isEqualTo(
            "[{\"type\": \"str\", \"value\": \"\\u00e9\\ud83d\\ude00\\n\\t\\r\\b\\f\\u0000\\u001f"
                + "\\u007f/\\\"\\\\<>&\\u2028\"}, {\"type\": \"set\", \"value\": [{\"type\":"
                + " \"str\", \"value\": \"a\"}, {\"type\": \"maybe\", \"value\": \"\"}]},"
                + " {\"type\": \"set\", \"value\": []}]");
    assertThat(SelectorJson.write(Selector.of(new Step.Maybe("a"))))
        .isEqualTo("[{\"type\": \"maybe\", \"value\": \"a\"}]");
  }

  @Test
  void read_generatedSelectors_areEqualAfterWriting() {
    var generator = SelectorGenerator.seeded("write and read JSON");
    for (int i = 0; i < 20_000; i++) {
      Selector selector = generator.selector();
      String json = SelectorJson.write(selector);

      assertThat(SelectorJson.read(json)).describedAs(json).isEqualTo(selector);
      assertThat(json).matches("[ -~]*");
    }
  }

  @Test
  void read_anyLayoutAndOrder_isUnderstood() {
    assertThat(
            SelectorJson.read(
                """
                [ {"value":"a","type":"str"},
                  {"value":[{"value":"\\u0062","type":"maybe"}],"type":"set"},{"type":"all"}]
                """))
        .hasToString("a.{?b}.*");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                                                     | line 1, column 1     | an array
          {}                                                     | line 1, column       | an array
          null                                                   | line 1, column       | an array
          [                                                      | line 1, column       | end-of-input
          [{"type":"all"}                                        | line 1, column       | end-of-input
          [{"type":"all"},]                                      | line 1, column 17    | Unexpected character
          [] []                                                  | line 1, column       | after the array
          [x]                                                    | line 1, column       | Unrecognized token
          ["a"]                                                  | (step 1)             | an object
          [{"type":"all"},[]]                                    | (step 2)             | an object
          [{}]                                                   | (step 1)             | "type" is missing
          [{"value":"a"}]                                        | (step 1)             | "type" is missing
          [{"type":"all","value":"a"}]                           | (step 1)             | has no "value"
          [{"type":"all","value":[]}]                            | (step 1)             | has no "value"
          [{"type":"str"}]                                       | (step 1)             | must be a string
          [{"type":"str","value":1}]                             | (step 1)             | a string or an array
          [{"type":"str","value":[]}]                            | (step 1)             | must be a string
          [{"type":"maybe","value":null}]                        | (step 1)             | a string or an array
          [{"type":"set","value":"a"}]                           | (step 1)             | must be an array
          [{"type":"set"}]                                       | (step 1)             | must be an array
          [{"type":"Str","value":"a"}]                           | (step 1)             | not "Str"
          [{"type":1,"value":"a"}]                               | (step 1)             | "type" must be a string
          [{"type":"str","value":"a","x":1}]                     | (step 1)             | no field "x"
          [{"type":"str","type":"str","value":"a"}]              | line 1, column       | Duplicate field
          [{"type":"set","value":[1]}]                           | (step 1, entry 1)    | an object
          [{"type":"set","value":[{"type":"str","value":"a"},{"type":"all"}]}] | (step 1, entry 2) | not "all"
          [{"type":"set","value":[{"type":"str","value":[]}]}]   | (step 1, entry 1)    | must be a string
          [{"type":"set","value":[{"type":"maybe","value":"outPath"}]}] | (step 1, entry 1) | outPath
          [{"type":"str","value":"\\ud800"}]                     | (step 1)             | unpaired surrogate
          """)
  void read_malformed_namesThePlace(String json, String place, String what) {
    assertThatExceptionOfType(FlakeException.class)
        .isThrownBy(() -> SelectorJson.read(json))
        .withMessageContaining(place)
        .withMessageContaining(what)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(Reason.SELECTOR_INVALID))
        .satisfies(e -> assertThat(e.selectorFault()).isEmpty());
  }

  @Test
  void read_secondLine_isCounted() {
    assertThatExceptionOfType(FlakeException.class)
        .isThrownBy(() -> SelectorJson.read("[{\"type\": \"all\"},\n {\"type\": \"some\"}]"))
        .withMessageContaining("line 2")
        .withMessageContaining("step 2");
  }

  @Test
  void read_selectorThatIsTooLong_isRefused() {
    String name = "a".repeat(Selector.MAX_LENGTH + 1);
    assertThatExceptionOfType(FlakeException.class)
        .isThrownBy(
            () -> SelectorJson.read("[{\"type\": \"str\", \"value\": \"%s\"}]".formatted(name)))
        .withMessageContaining("longer than 65536");
  }
}
