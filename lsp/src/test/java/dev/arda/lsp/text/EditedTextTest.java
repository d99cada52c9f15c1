package dev.arda.lsp.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.text.LineIndex.Encoding;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A text that was edited is read as one that was opened so. */
class EditedTextTest {

  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "(",
          ")",
          "\"",
          "''",
          "$",
          "${",
          "\\",
          ".",
          ";",
          "=",
          ":",
          ",",
          "#",
          "/*",
          "*/",
          "<",
          ">",
          " ",
          "\n",
          "\r",
          "\r\n",
          "\t",
          "a",
          "x = 1;",
          "let ",
          "in ",
          "inherit ",
          "b.c",
          "/p",
          "~/",
          "http://x",
          "-1",
          "\u00e9",
          "\uD83D\uDE00",
          "{ d = [ e ]; }",
          "\"f ${g} h\"",
          "k = v\n");

  private static String text(Random random) {
    var sets = "{ outputs = { self }: rec {\n";
    int count = 3 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      sets +=
          switch (random.nextInt(6)) {
            case 0 -> "  a%d.b = { c = [ 1 (f x) ]; d.\"e f\" = \"${self.x} y\"; };\n".formatted(i);
            case 1 -> "  s%d = ''\n    text ${toString 1} ''${no}\n  '';\n".formatted(i);
            case 2 -> "  l%d = let x = 1; y = { z = x; }; in x + y.z;\n\n".formatted(i);
            case 3 -> "  inherit (self) p%d q;\n  # comment { \" \n".formatted(i);
            case 4 -> "  f%d = { a, b ? { c = 1; } }: ({ g = a; } // { h = b; });\n".formatted(i);
            default -> "  \"${n}\" = ./x%d.nix; u = https://a/b?c=d;\n".formatted(i);
          };
    }
    return random.nextInt(4) == 0
        ? Samples.FLEET + Samples.BROKEN.get(random.nextInt(Samples.BROKEN.size()))
        : sets + "}; }\n";
  }

  @Test
  void anyEdits_areReadAsTheTextTheyLeave() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 120; round++) {
      var text = text(random);
      var read = NixText.of(text);
      for (int i = 0; i < 8; i++) {
        var edit = edit(random, text);
        text = applied(text, edit);
        read = read.edited(text, edit.place());
        assertSame(read, NixText.of(text), random, "seed %d, round %d".formatted(seed, round));
      }
    }
  }

  @Test
  void editsOneAfterTheOther_areOneEdit() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 400; round++) {
      var first = text(random);
      var one = edit(random, first);
      var second = applied(first, one);
      var other = edit(random, second);
      var third = applied(second, other);
      var both = one.place().then(other.place());
      assertSame(
          NixText.of(first).edited(third, both),
          NixText.of(third),
          random,
          "seed %d, round %d".formatted(seed, round));
    }
  }

  @Test
  void everyPlace_isReadFromNearByAsFromTheBeginning() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 25; round++) {
      var text = text(random);
      for (int i = random.nextInt(3); i > 0; i--) {
        text = applied(text, edit(random, text));
      }
      var read = NixText.of(text);
      for (int offset = 0; offset <= text.length(); offset += 1 + random.nextInt(3)) {
        assertContext(read, offset, "seed %d, round %d, offset %d".formatted(seed, round, offset));
      }
    }
  }

  /** A part of a text and what it is replaced by. */
  private record Replacement(Edit place, String text) {}

  private static Replacement edit(Random random, String text) {
    int start = random.nextInt(text.length() + 1);
    int length = random.nextInt(3) > 0 ? 0 : random.nextInt(random.nextBoolean() ? 4 : 80);
    int end = Math.min(text.length(), start + length);
    var piece =
        random.nextInt(5) == 0 && end > start ? "" : PIECES.get(random.nextInt(PIECES.size()));
    return new Replacement(new Edit(start, end, start + piece.length()), piece);
  }

  private static String applied(String text, Replacement replacement) {
    return text.substring(0, replacement.place().start())
        + replacement.text()
        + text.substring(replacement.place().end());
  }

  private static void assertSame(NixText edited, NixText fresh, Random random, String where) {
    assertThat(edited.tokens()).as(where).isEqualTo(fresh.tokens());
    assertThat(edited.bindings()).as(where).isEqualTo(fresh.bindings());
    assertThat(edited.lines().count()).as(where).isEqualTo(fresh.lines().count());
    for (int i = 0; i < 4; i++) {
      int offset = random.nextInt(fresh.text().length() + 1);
      assertThat(edited.lines().place(offset, Encoding.UTF_8))
          .as(where)
          .isEqualTo(fresh.lines().place(offset, Encoding.UTF_8));
      assertThat(described(edited.cursorAt(offset)))
          .as("%s, offset %d", where, offset)
          .isEqualTo(described(fresh.cursorAt(offset)));
    }
  }

  private static void assertContext(NixText read, int offset, String where) {
    assertThat(described(read.cursorAt(offset)))
        .as(where)
        .isEqualTo(described(read.cursorFromTheBeginning(offset)));
  }

  private static String described(CursorContext context) {
    return context.enclosing()
        + " "
        + context.path()
        + context.string().map(s -> s.content().text() + s.index() + s.application());
  }
}
