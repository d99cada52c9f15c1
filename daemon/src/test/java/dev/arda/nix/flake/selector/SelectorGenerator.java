package dev.arda.nix.flake.selector;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random selectors and texts, hostile ones above all. */
final class SelectorGenerator {

  private static final List<String> NAMES =
      List.of(
          "",
          "a",
          "b1",
          "x86_64-linux",
          "outPath",
          "${x}",
          "''",
          "''${x}''",
          "\"",
          "\"a",
          "a\"b\"",
          "\"\"",
          "a\nb",
          "\n",
          "\t",
          "\0",
          "a\0b",
          "😀",
          "é",
          "-n",
          "--flake",
          "-1",
          "0",
          "01",
          "a.b",
          ".",
          "..",
          "?",
          "??",
          "?a",
          "a?",
          "a?b",
          "?\"",
          "*",
          "**",
          "{",
          "}",
          "{a,b}",
          ",",
          "\\",
          "\\\\",
          "\\\"",
          "a\\",
          "#",
          ".#a",
          " ",
          " a ",
          "'",
          "`x`",
          "$(x)",
          "%22",
          "\u202e",
          "\u0085",
          "\u007f",
          "\uffff",
          "\ud83d\ude00.?");

  private static final int[] ALPHABET = "..??**{{}},,\"\"\\\\ab-0 '$\n\0é".codePoints().toArray();

  private final Random random;

  private SelectorGenerator(Random random) {
    this.random = random;
  }

  /** A generator whose seed is printed, and can be set by {@code -Darda.test.seed}. */
  static SelectorGenerator seeded(String test) {
    long seed = Long.getLong("arda.test.seed", System.nanoTime());
    System.out.println(test + ": -Darda.test.seed=" + seed);
    return new SelectorGenerator(new Random(seed));
  }

  Selector selector() {
    int size = random.nextInt(6);
    var steps = new ArrayList<Step>(size);
    for (int i = 0; i < size; i++) {
      steps.add(step());
    }
    return new Selector(steps);
  }

  private Step step() {
    return switch (random.nextInt(5)) {
      case 0 -> new Step.All();
      case 1, 2 -> new Step.Name(name());
      case 3 -> new Step.Maybe(name());
      default -> {
        int size = random.nextInt(4);
        var entries = new ArrayList<Step.Entry>(size);
        for (int i = 0; i < size; i++) {
          String name = name();
          entries.add(
              new Step.Entry(
                  name.equals(Step.Entry.FORBIDDEN) ? "outpath" : name, random.nextBoolean()));
        }
        yield new Step.Names(entries);
      }
    };
  }

  String name() {
    return switch (random.nextInt(4)) {
      case 0 -> NAMES.get(random.nextInt(NAMES.size()));
      case 1 -> NAMES.get(random.nextInt(NAMES.size())) + NAMES.get(random.nextInt(NAMES.size()));
      case 2 -> text(6);
      default -> unicode();
    };
  }

  /** Text of characters that mean something in selectors. */
  String text(int longest) {
    int length = random.nextInt(longest + 1);
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return text.toString();
  }

  private String unicode() {
    var text = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      int point = random.nextInt(Character.MAX_CODE_POINT + 1);
      text.appendCodePoint(Character.getType(point) == Character.SURROGATE ? 'x' : point);
    }
    return text.toString();
  }
}
