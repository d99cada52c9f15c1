package dev.arda.nix.flake.cache;

import static dev.arda.nix.flake.cache.Lesson.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TypedValueTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "false",
        "0",
        "-1",
        "-0.0",
        "9223372036854775807",
        "1e-07",
        "1E+20",
        "3.0",
        "1.7976931348623157e+308",
        "\"\"",
        "\"é😀\uffff\u007f\"",
        "\"\\\"\\\\\\b\\t\\n\\f\\r\\u0000\\u001f/\"",
        "[]",
        "[[],[1,[2]]]",
        "{\"attrs\":{}}",
        "{\"attrs\":{\"\":1,\"A\":2,\"a\":3,\"a\\\"\\\\\\n\\u0001\":4,\"é\":5,\"\uff00\":6,\"😀\":7}}",
        "{\"derivation\":{\"drvPath\":\"/d\",\"name\":\"n\",\"outputName\":null,\"outPath\":\"/o\"}}",
        "{\"function\":{}}",
        "{\"external\":{}}",
        "{\"outPath\":{\"outPath\":{\"attrs\":{\"x\":[]}}}}",
        "{\"toString\":\"s\"}",
        "{\"path\":\"/etc\"}",
        "{\"float\":\"inf\"}"
      })
  void typedJson_ofWhatWasParsed_isTheSameText(String json) throws IOException {
    TypedValue parsed = value(json);

    assertThat(parsed.toString()).isEqualTo(json);
    assertThat(value(" " + json + "\n")).isEqualTo(parsed).hasSameHashCodeAs(parsed);
  }

  @Test
  void parse_escapesThatNeedNotBe_areWrittenAsNixWould() throws IOException {
    assertThat(value("\"\\u0041\\u00E9\\u001F\\/\\ud83d\\ude00\\u0009\"").toString())
        .isEqualTo("\"Aé\\u001f/😀\\t\"");
    assertThat(value("{\"attrs\":{\"b\":1,\"a\":2}}").toString())
        .as("names are in the order of Nix")
        .isEqualTo("{\"attrs\":{\"a\":2,\"b\":1}}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "nul",
        "{}",
        "{\"a\":1}",
        "{\"attrs\":[]}",
        "{\"attrs\":{\"a\":1}",
        "{\"attrs\":{\"a\":1},\"b\":2}",
        "{\"attrs\":{\"a\":1,\"a\":1}}",
        "{\"attrs\":1}",
        "{\"function\":{\"a\":1}}",
        "{\"function\":null}",
        "{\"toString\":1}",
        "{\"path\":{}}",
        "{\"derivation\":{\"outPath\":\"/o\"}}",
        "{\"derivation\":{\"drvPath\":1,\"name\":1,\"outPath\":1,\"outputName\":1,\"x\":1}}",
        "{\"derivation\":{\"drvPath\":1,\"drvPath\":1,\"name\":1,\"outPath\":1,\"outputName\":1}}",
        "{\"outPath\":1,\"a\":1}",
        "[1,",
        "[1",
        "1 2",
        "NaN",
        "inf",
        "\"\\ud800\"",
        "{\"attrs\":{\"\\udc00x\":1}}",
        "{\"attrs\":{\"\\udc00\\ud800\":1}}"
      })
  void parse_whatIsNoTypedValue_fails(String json) {
    assertThatThrownBy(() -> value(json)).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"attrs\":{\"a\":1,\"b\":[true]}}|{\"a\":1,\"b\":[true]}",
        "{\"derivation\":{\"drvPath\":1,\"name\":1,\"outPath\":\"/o\",\"outputName\":1}}|\"/o\"",
        "{\"outPath\":{\"outPath\":5}}|5",
        "{\"toString\":\"s\"}|\"s\"",
        "{\"path\":\"/etc\"}|\"/etc\"",
        "[{\"float\":\"inf\"},1.0]|[null,1.0]",
        "{\"attrs\":{\"a\":{\"function\":{}},\"outPath\":{\"attrs\":{\"outPath\":7}}}}|7",
        "[{\"attrs\":{\"outPath\":[1,{\"attrs\":{}}]}}]|[[1,{}]]",
        "{\"attrs\":{\"é\\n\":\"\\u0001\"}}|{\"é\\n\":\"\\u0001\"}"
      })
  void json_ofAValue_isWhatNixPrints(String typed, String plain) throws IOException {
    assertThat(value(typed).json()).isInstanceOf(JsonForm.Text.class);
    var text = (JsonForm.Text) value(typed).json();
    assertThat(new String(text.json(), StandardCharsets.UTF_8)).isEqualTo(plain);
  }

  @Test
  void json_ofAValueWithAFunction_saysWhereTheFirstOneIs() throws IOException {
    assertThat(
            value("{\"attrs\":{\"a\":[1,{\"outPath\":{\"attrs\":{\"f\":{\"function\":{}}}}}]}}")
                .json())
        .isEqualTo(new JsonForm.NotSerialisable(List.of("a", "1", "f"), "a function"));
    assertThat(value("[{\"external\":{}},{\"function\":{}}]").json())
        .isEqualTo(new JsonForm.NotSerialisable(List.of("0"), "a value from a Nix plugin"));
    assertThat(value("{\"function\":{}}").json())
        .isEqualTo(new JsonForm.NotSerialisable(List.of(), "a function"));
  }

  @Test
  void json_ofASelectionWithToString_needsNix() throws IOException {
    String selection = "{\"attrs\":{\"__toString\":{\"function\":{}},\"outPath\":1}}";
    assertThat(value(selection).json()).isEqualTo(new JsonForm.NeedsNix());
    assertThat(value("[{\"function\":{}}," + selection + "]").json())
        .isEqualTo(new JsonForm.NeedsNix());
    assertThat(value("{\"attrs\":{\"a\":" + selection + ",\"outPath\":1}}").json())
        .as("what is not shown does not matter")
        .isInstanceOf(JsonForm.Text.class);
  }

  @Test
  void parse_aVeryDeepValue_needsNoStack() throws IOException {
    int depth = 200_000;
    for (String[] brackets :
        List.of(
            new String[] {"[", "]"},
            new String[] {"{\"attrs\":{\"a\":", "}}"},
            new String[] {"{\"outPath\":", "}"})) {
      String json = brackets[0].repeat(depth) + "1" + brackets[1].repeat(depth);
      TypedValue parsed = value(json);
      assertThat(parsed.toString().equals(json)).isTrue();
      assertThat(parsed.equals(value(json))).isTrue();
      assertThat(parsed.json()).isInstanceOf(JsonForm.Text.class);
      assertThat(parsed.weight()).isPositive();
    }
  }

  @Test
  void parse_aVeryLongString_keepsIt() throws IOException {
    String json = "\"" + "ab\\n".repeat(10_000_000) + "\"";
    assertThat(value(json).toString().equals(json)).isTrue();
  }

  @Test
  void parse_randomStrings_keepsThem() throws IOException {
    long seed = Long.getLong("arda.test.seed", new Random().nextLong());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < 5_000; round++) {
      var text = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        int bound = new int[] {0x30, 0x100, 0x3000, 0x110000}[random.nextInt(4)];
        int point = random.nextInt(bound);
        text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? 'x' : point);
      }
      var literal = Literal.string(text.toString());
      // Jackson reads what was written by hand.
      try (var in = Json.FACTORY.createParser(literal.text())) {
        in.nextToken();
        assertThat(in.getText()).as("seed %d", seed).isEqualTo(text.toString());
      }
      var set = Attributes.of(List.of(text.toString(), text + "x"), List.of(literal, literal));
      assertThat(value(set.toString())).as("seed %d", seed).isEqualTo(set);
      assertThat(set.find(text + "x")).isEqualTo(1);
      assertThat(set.name(0)).isEqualTo(text.toString());
    }
  }

  @Test
  void equals_ofDifferentValues_isFalse() throws IOException {
    var values =
        List.of(
            value("1"),
            value("1.0"),
            value("\"1\""),
            value("[1]"),
            value("[1,1]"),
            value("{\"attrs\":{\"a\":1}}"),
            value("{\"attrs\":{\"b\":1}}"),
            value("{\"attrs\":{\"ab\":1}}"),
            value("{\"attrs\":{\"a\":1,\"b\":1}}"),
            value("{\"outPath\":1}"),
            value("{\"path\":\"1\"}"),
            value("{\"float\":\"1\"}"),
            value("{\"function\":{}}"),
            value("{\"external\":{}}"));
    for (int i = 0; i < values.size(); i++) {
      for (int j = 0; j < values.size(); j++) {
        assertThat(values.get(i).equals(values.get(j))).as("%d, %d", i, j).isEqualTo(i == j);
      }
    }
  }

  @Test
  void weight_isAboutWhatTheHeapGrows() throws IOException {
    // A process of its own: in this one other tests' threads still give back what they held.
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home", ""), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path", ""),
                HeapGrowth.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var output = process.inputReader()) {
      long grown = Long.parseLong(output.readLine());
      long weight = Long.parseLong(output.readLine());

      assertThat(grown).isPositive();
      assertThat(weight).isBetween(grown / 2, grown * 2);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Prints by how many bytes a value makes the heap grow, and what it says that it weighs. */
  static final class HeapGrowth {
    private HeapGrowth() {}

    public static void main(String[] arguments) throws IOException {
      byte[] bytes = hosts(40, 1_500).getBytes(StandardCharsets.UTF_8);
      long before = usedHeap();
      var copies = new TypedValue[8];
      for (int i = 0; i < copies.length; i++) {
        copies[i] = TypedValue.parse(bytes);
      }
      System.out.println((usedHeap() - before) / copies.length);
      System.out.println(copies[copies.length - 1].weight());
    }

    private static String hosts(int hosts, int options) {
      var json = new StringBuilder("{\"attrs\":{");
      for (int host = 0; host < hosts; host++) {
        json.append(host == 0 ? "" : ",").append("\"host").append(host).append("\":{\"attrs\":{");
        for (int option = 0; option < options; option++) {
          json.append(option == 0 ? "" : ",").append("\"option").append(option).append("\":");
          json.append(
              switch (option % 5) {
                case 0 -> "true";
                case 1 -> "\"a value of host " + host + "\"";
                case 2 -> Integer.toString(option);
                case 3 -> "[\"a\",\"b\"]";
                default -> "{\"attrs\":{\"enable\":false,\"port\":80}}";
              });
        }
        json.append("}}");
      }
      return json.append("}}").toString();
    }

    private static long usedHeap() {
      System.gc();
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
  }
}
