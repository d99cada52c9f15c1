package dev.arda.nix.flake.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplOutputTest {

  private static final String PRINTED =
      "Welcome\nnix-repl> \"ab\" + \"cdv\" + (1)\n\u001b[35;1m\"abcdv{\\\"a\\\":\\\"x\\\\ny\\\\\\\"\\\\\\\\\\${z}ü\\t\"\u001b[0m\n\n"
          + "nix-repl> builtins.trace (\"ab\" + \"cdt\") (\"ab\" + \"cde\")\n\u001b[35;1m\"abcde\"\u001b[0m\n\nnix-repl> ";

  private final List<String> found = new ArrayList<>();
  private int tooLong;

  private ReplOutput reader(int limit) {
    return new ReplOutput(
        limit,
        new ReplOutput.Sink() {
          @Override
          public void literal(char kind, byte[] content) {
            found.add(kind + new String(content, StandardCharsets.UTF_8));
          }

          @Override
          public void tooLong() {
            tooLong++;
          }
        });
  }

  @Test
  void accept_anyPieces_findsTheLiteralsAndNotTheEcho() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    byte[] bytes = PRINTED.getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 500; round++) {
      found.clear();
      ReplOutput reader = reader(1000);
      reader.expect("abcd");
      for (int from = 0; from < bytes.length; ) {
        int to = Math.min(bytes.length, from + 1 + random.nextInt(20));
        byte[] piece = java.util.Arrays.copyOfRange(bytes, from, to);
        reader.accept(piece, piece.length);
        from = to;
      }
      assertThat(found).as("seed %d", seed).containsExactly("v{\"a\":\"x\\ny\\\"\\\\${z}ü\t", "e");
    }
  }

  @Test
  void accept_markOfAnEarlierQuestion_isIgnored() {
    ReplOutput reader = reader(1000);
    reader.expect("0123");
    accept(reader, "\"0123vx\" \"0123e\"");
    reader.expect("4567");
    accept(reader, "\"0123vy\" \"0123e\" \"\"\"4567vz\" \"4567e\"");

    assertThat(found).containsExactly("vx", "e", "vz", "e");
  }

  @Test
  void accept_literalOverTheLimit_isToldOnceAndSkipped() {
    ReplOutput reader = reader(5000);
    reader.expect("0123");
    accept(reader, "\"0123v" + "x".repeat(6000) + "\\\"" + "y".repeat(9000) + "\"\"0123vshort\"");

    assertThat(tooLong).isEqualTo(1);
    assertThat(found).containsExactly("vshort");
  }

  @Test
  void accept_literalOfTheLimit_isKept() {
    ReplOutput reader = reader(5000);
    reader.expect("0123");
    accept(reader, "\"0123" + "x".repeat(5000) + "\"");

    assertThat(tooLong).isZero();
    assertThat(found).containsExactly("x".repeat(5000));
  }

  private static void accept(ReplOutput reader, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    reader.accept(bytes, bytes.length);
  }
}
