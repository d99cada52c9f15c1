package dev.arda.nix.flake.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ValueWriterTest {

  private static String write(String marked, ValueEncoding encoding) throws IOException {
    return ValueWriter.write(bytes(marked), 0, bytes(marked).length, encoding)
            instanceof Answer.Value value
        ? new String(value.json(), StandardCharsets.UTF_8)
        : "no value";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void write_everyMark_hasItsFormInBothEncodings() throws IOException {
    String marked =
        """
        {"=a":[1,-2.5e3,"x",true,null,[]],"=d":{"!":"derivation","name":"n","drvPath":null,"outputName":"out","path":"/p"},
         "=e":{},"=f":{"!":"float","value":"inf"},"=o":{"!":"outPath","value":{"!":"outPath","value":"/o"}},
         "=p":{"!":"path","value":"/q"},"=s":{"!":"string","value":"t"},"=z":9223372036854775807}\
        """;

    assertThat(write(marked, ValueEncoding.TYPED))
        .isEqualTo(
            "{\"attrs\":{\"a\":[1,-2.5e3,\"x\",true,null,[]],\"d\":{\"derivation\":{\"name\":\"n\",\"drvPath\":null,"
                + "\"outputName\":\"out\",\"outPath\":\"/p\"}},\"e\":{\"attrs\":{}},\"f\":{\"float\":\"inf\"},"
                + "\"o\":{\"outPath\":{\"outPath\":\"/o\"}},\"p\":{\"path\":\"/q\"},\"s\":{\"toString\":\"t\"},"
                + "\"z\":9223372036854775807}}");
    assertThat(write(marked.replaceAll("\"=d\":\\{[^}]*},", ""), ValueEncoding.JSON))
        .isEqualTo(
            "{\"a\":[1,-2.5e3,\"x\",true,null,[]],\"e\":{},\"f\":null,\"o\":\"/o\",\"p\":\"/q\",\"s\":\"t\","
                + "\"z\":9223372036854775807}");
  }

  @Test
  void write_functionInJson_saysWhereItIs() throws IOException {
    byte[] marked =
        bytes("{\"=a\":[1,{\"=b\":{\"!\":\"outPath\",\"value\":{\"!\":\"function\"}}}]}");

    assertThat(ValueWriter.write(marked, 0, marked.length, ValueEncoding.JSON))
        .isEqualTo(
            new Answer.Mismatched(new Mismatch.NotJson(-1, List.of("a", "1", "b"), "a function")));
    assertThat(write(new String(marked, StandardCharsets.UTF_8), ValueEncoding.TYPED))
        .isEqualTo("{\"attrs\":{\"a\":[1,{\"attrs\":{\"b\":{\"outPath\":{\"function\":{}}}}}]}}");
  }

  @Test
  void write_aHundredThousandLevels_needsNoStack() throws IOException {
    int depth = 100_000;
    String lists = "[".repeat(depth) + "]".repeat(depth);
    String sets = "{\"=a\":".repeat(depth) + "1" + "}".repeat(depth);

    assertThat(write(lists, ValueEncoding.TYPED)).isEqualTo(lists);
    assertThat(write(sets, ValueEncoding.JSON))
        .isEqualTo("{\"a\":".repeat(depth) + "1" + "}".repeat(depth));
    assertThat(write(sets, ValueEncoding.TYPED))
        .isEqualTo("{\"attrs\":{\"a\":".repeat(depth) + "1" + "}}".repeat(depth));
  }

  @Test
  void write_whatTheWalkDoesNotReturn_isRefused() {
    assertThatThrownBy(() -> write("{\"a\":1}", ValueEncoding.JSON))
        .isInstanceOf(IOException.class)
        .hasMessage("unmarked attribute a");
    assertThatThrownBy(() -> write("{\"!\":\"new\"}", ValueEncoding.JSON))
        .isInstanceOf(IOException.class)
        .hasMessage("unknown mark new");
  }
}
