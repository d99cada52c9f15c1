package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Random values, small and full of what is special, and selectors that mostly fit them. */
final class RandomQuestions {

  private static final List<String> NAMES =
      List.of(
          "a",
          "b",
          "c",
          "a",
          "b",
          "c",
          "x",
          "y",
          "outPath",
          "outPath",
          "__toString",
          "type",
          "name",
          "drvPath",
          "outputName",
          "meta",
          "0",
          "1",
          "2",
          "01",
          "-1",
          " 1",
          "",
          "a.b",
          "é",
          "ü",
          "\ue000",
          "😀",
          "q\"\\\u0001",
          "12345678901234567890");

  private final RandomGenerator random;

  RandomQuestions(RandomGenerator random) {
    this.random = random;
  }

  NixValue root() {
    return random.nextInt(8) == 0 ? value(4) : set(4, 1 + random.nextInt(4));
  }

  NixValue value(int depth) {
    int choice = random.nextInt(depth > 0 ? 26 : 15);
    return switch (choice) {
      case 0 -> NixValue.NULL;
      case 1 -> NixValue.TRUE;
      case 2 -> NixValue.FALSE;
      case 3, 4 -> NixValue.integer(random.nextInt(3));
      case 5 -> NixValue.integer(random.nextLong());
      case 6 -> NixValue.real(List.of("1.5", "1e+20", "-0.0", "3.0", "2").get(random.nextInt(5)));
      case 7, 8 -> NixValue.text(List.of("", "s", "a\n\"\\\u0001é😀").get(random.nextInt(3)));
      case 9 -> new NixValue.FilePath("/etc/hostname");
      case 10 -> new NixValue.Function();
      case 11 -> random.nextInt(4) == 0 ? new NixValue.Throws() : NixValue.text("t");
      case 12 -> random.nextInt(8) == 0 ? new NixValue.Aborts() : NixValue.text("u");
      case 13 -> new NixValue.Infinite();
      case 14 -> new NixValue.Shows(random.nextBoolean() ? "a" : "name");
      case 15, 16, 17, 18 -> list(depth);
      case 19 -> derivation(depth);
      case 20 -> withOutPath(depth);
      default -> set(depth, random.nextInt(5));
    };
  }

  private NixValue list(int depth) {
    var values = new ArrayList<NixValue>();
    for (int i = random.nextInt(random.nextInt(20) == 0 ? 13 : 4); i > 0; i--) {
      values.add(value(depth - 1));
    }
    return new NixValue.Items(values);
  }

  private NixValue set(int depth, int size) {
    return new NixValue.Attrs(attributes(depth, size));
  }

  private SortedMap<String, NixValue> attributes(int depth, int size) {
    var values = new TreeMap<String, NixValue>();
    for (int i = 0; i < size; i++) {
      values.put(name(), value(depth - 1));
    }
    return values;
  }

  private NixValue derivation(int depth) {
    var values = attributes(depth, random.nextInt(3));
    values.put("type", NixValue.text("derivation"));
    values.put("outPath", NixValue.text("/nix/store/0-x"));
    if (random.nextBoolean()) {
      values.put("name", random.nextInt(4) == 0 ? value(depth - 1) : NixValue.text("x"));
    }
    if (random.nextBoolean()) {
      values.put("drvPath", NixValue.text("/nix/store/0-x.drv"));
      values.put("outputName", NixValue.text("out"));
    }
    return new NixValue.Attrs(values);
  }

  private NixValue withOutPath(int depth) {
    var values = attributes(depth, random.nextInt(3));
    if (random.nextInt(3) > 0) {
      values.put("outPath", value(depth - 1));
    }
    if (random.nextInt(3) == 0) {
      values.put("__toString", new NixValue.Shows("a"));
      values.put("a", NixValue.text("shown"));
    }
    return new NixValue.Attrs(values);
  }

  /** A selector that follows the value, with an occasional step beside it. */
  Selector selector(NixValue root) {
    var steps = new ArrayList<Step>();
    NixValue value = root;
    while (random.nextInt(5) > 0 && steps.size() < 6) {
      List<String> names = names(value);
      String name =
          names.isEmpty() || random.nextInt(8) == 0
              ? name()
              : names.get(random.nextInt(names.size()));
      if (names.isEmpty() && random.nextInt(3) > 0) {
        break;
      }
      steps.add(step(name, names));
      value = below(value, name);
    }
    return new Selector(steps);
  }

  private Step step(String name, List<String> names) {
    return switch (random.nextInt(8)) {
      case 0, 1 -> new Step.All();
      case 2, 3 -> new Step.Maybe(name);
      case 4, 5 -> {
        var entries = new ArrayList<Step.Entry>();
        for (int i = random.nextInt(4); i > 0; i--) {
          String other =
              names.isEmpty() || random.nextInt(4) == 0
                  ? name()
                  : names.get(random.nextInt(names.size()));
          if (!other.equals(Step.Entry.FORBIDDEN)) {
            entries.add(new Step.Entry(other, random.nextInt(3) == 0));
          }
        }
        yield new Step.Names(entries);
      }
      default -> new Step.Name(name);
    };
  }

  private static List<String> names(NixValue value) {
    return switch (value) {
      case NixValue.Attrs(SortedMap<String, NixValue> values) -> List.copyOf(values.keySet());
      case NixValue.Items(List<NixValue> values) -> {
        var indices = new ArrayList<String>();
        for (int i = 0; i < values.size(); i++) {
          indices.add(Integer.toString(i));
        }
        yield indices;
      }
      default -> List.of();
    };
  }

  private static NixValue below(NixValue value, String name) {
    return switch (value) {
      case NixValue.Attrs(SortedMap<String, NixValue> values) ->
          values.getOrDefault(name, NixValue.NULL);
      case NixValue.Items(List<NixValue> values) ->
          names(value).contains(name) ? values.get(Integer.parseInt(name)) : NixValue.NULL;
      default -> NixValue.NULL;
    };
  }

  private String name() {
    return NAMES.get(random.nextInt(NAMES.size()));
  }
}
