package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.ValueEncoding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evaluates selectors on {@link NixValue}s the way {@code answer.nix} does, and reads the result
 * the way the evaluator does. Written from those, and sharing no code with the cache: it is what
 * the cache is checked against.
 */
final class ReferenceEvaluator {

  /** What becomes of a question. */
  sealed interface Outcome {
    record Value(String json) implements Outcome {}

    record Mismatched(Mismatch mismatch) implements Outcome {}

    record Failed() implements Outcome {}
  }

  /** What {@code answer.nix} returns. */
  private sealed interface Answer {
    record Json(String text) implements Answer {}

    record Items(List<Answer> values) implements Answer {}

    record Named(SortedMap<String, Answer> values) implements Answer {}

    record Mark(String kind, Map<String, Answer> fields) implements Answer {}

    record Fault(Mismatch mismatch) implements Answer {}
  }

  @SuppressWarnings("serial")
  private static final class Failure extends RuntimeException {
    Failure() {
      super(null, null, false, false);
    }
  }

  @SuppressWarnings("serial")
  private static final class Ended extends Exception {
    private final Mismatch mismatch;

    Ended(Mismatch mismatch) {
      super(null, null, false, false);
      this.mismatch = mismatch;
    }
  }

  private final List<Step> steps;
  private final boolean typed;

  private ReferenceEvaluator(Selector selector, ValueEncoding encoding) {
    this.steps = selector.steps();
    this.typed = encoding == ValueEncoding.TYPED;
  }

  static Outcome evaluate(NixValue root, Selector selector, ValueEncoding encoding) {
    var evaluator = new ReferenceEvaluator(selector, encoding);
    try {
      Answer answer = evaluator.walk(0, List.of(), root);
      var json = new StringBuilder();
      evaluator.write(answer, new ArrayList<>(), json);
      return new Outcome.Value(json.toString());
    } catch (Failure e) {
      return new Outcome.Failed();
    } catch (Ended e) {
      return new Outcome.Mismatched(e.mismatch);
    }
  }

  private static <T> T get(Map<String, T> fields, String name) {
    return Objects.requireNonNull(fields.get(name), name);
  }

  private static NixValue force(NixValue value) {
    if (value instanceof NixValue.Throws || value instanceof NixValue.Aborts) {
      throw new Failure();
    }
    return value;
  }

  private static NixValue attempt(SortedMap<String, NixValue> set, String name) {
    NixValue value = set.getOrDefault(name, NixValue.NULL);
    return value instanceof NixValue.Throws ? NixValue.NULL : force(value);
  }

  private Answer encode(NixValue unforced) {
    return switch (force(unforced)) {
      case NixValue.Plain(String json, String type) -> new Answer.Json(json);
      case NixValue.Text(String text) -> new Answer.Json(quote(text));
      case NixValue.FilePath(String text) -> mark("path", new Answer.Json(quote(text)));
      case NixValue.Infinite() -> mark("float", new Answer.Json("\"inf\""));
      case NixValue.Function() -> new Answer.Mark("function", Map.of());
      case NixValue.Shows(String name) -> new Answer.Mark("function", Map.of());
      case NixValue.Items(List<NixValue> values) ->
          new Answer.Items(values.stream().map(this::encode).toList());
      case NixValue.Attrs(SortedMap<String, NixValue> set) -> {
        if (set.containsKey("__toString")) {
          yield shown(set);
        }
        if (set.containsKey("outPath")) {
          yield encodeOutPath(set);
        }
        var named = new TreeMap<String, Answer>(set.comparator());
        set.forEach((name, value) -> named.put(name, encode(value)));
        yield new Answer.Named(named);
      }
      case NixValue.Throws v -> throw new Failure();
      case NixValue.Aborts v -> throw new Failure();
    };
  }

  private Answer encodeOutPath(SortedMap<String, NixValue> set) {
    if (typed && attempt(set, "type").equals(NixValue.text("derivation"))) {
      var fields = new LinkedHashMap<String, Answer>();
      fields.put("drvPath", encode(attempt(set, "drvPath")));
      fields.put("name", encode(attempt(set, "name")));
      fields.put("outputName", encode(attempt(set, "outputName")));
      fields.put("outPath", encode(get(set, "outPath")));
      return new Answer.Mark("derivation", fields);
    }
    return mark("outPath", encode(get(set, "outPath")));
  }

  /** {@code toString} of a set. */
  private static Answer shown(SortedMap<String, NixValue> set) {
    if (force(get(set, "__toString")) instanceof NixValue.Shows(String name)
        && set.containsKey(name)
        && force(set.get(name)) instanceof NixValue.Text(String text)) {
      return mark("toString", new Answer.Json(quote(text)));
    }
    throw new Failure();
  }

  private static Answer mark(String kind, Answer value) {
    return new Answer.Mark(kind, Map.of("value", value));
  }

  private Answer walk(int index, List<String> at, NixValue unforced) {
    if (index == steps.size()) {
      return encode(unforced);
    }
    return switch (force(unforced)) {
      case NixValue.Items(List<NixValue> list) -> intoList(index, at, list);
      case NixValue.Attrs(SortedMap<String, NixValue> set) -> intoSet(index, at, set);
      case NixValue.Plain(String json, String type) -> noParts(index, at, type);
      case NixValue.Text v -> noParts(index, at, "string");
      case NixValue.FilePath v -> noParts(index, at, "path");
      case NixValue.Infinite v -> noParts(index, at, "float");
      case NixValue.Function v -> noParts(index, at, "lambda");
      case NixValue.Shows v -> noParts(index, at, "lambda");
      case NixValue.Throws v -> throw new Failure();
      case NixValue.Aborts v -> throw new Failure();
    };
  }

  private static Answer noParts(int index, List<String> at, String type) {
    return new Answer.Fault(new Mismatch.NoParts(index, at, type));
  }

  private Answer intoList(int index, List<String> at, List<NixValue> list) {
    return switch (steps.get(index)) {
      case Step.All() -> {
        var all = new ArrayList<Answer>();
        for (int i = 0; i < list.size(); i++) {
          all.add(element(index, at, list, Integer.toString(i)));
        }
        yield new Answer.Items(all);
      }
      case Step.Name(String name) -> element(index, at, list, name);
      case Step.Maybe(String name) -> {
        boolean beyond = name.matches("0|[1-9][0-9]{0,17}") && Long.parseLong(name) >= list.size();
        Answer only = beyond ? null : element(index, at, list, name);
        if (only == null) {
          yield new Answer.Items(List.of());
        }
        // A name that is no index at all is the fault of the step, not of an element.
        boolean own = only instanceof Answer.Fault(Mismatch fault) && fault.step() == index;
        yield own ? only : new Answer.Items(List.of(only));
      }
      case Step.Names(List<Step.Entry> entries) ->
          entries.stream().anyMatch(Step.Entry::optional)
              ? new Answer.Fault(new Mismatch.OptionalInList(index, at))
              : new Answer.Items(
                  entries.stream().map(entry -> element(index, at, list, entry.name())).toList());
    };
  }

  private Answer element(int index, List<String> at, List<NixValue> list, String name) {
    if (!name.matches("0|-?[1-9][0-9]*")) {
      return new Answer.Fault(new Mismatch.NoIndex(index, at, name));
    }
    if (name.length() > 18 || Long.parseLong(name) < 0 || Long.parseLong(name) >= list.size()) {
      return new Answer.Fault(new Mismatch.OutOfRange(index, at, name, list.size()));
    }
    return walk(index + 1, plus(at, name), list.get(Integer.parseInt(name)));
  }

  private Answer intoSet(int index, List<String> at, SortedMap<String, NixValue> set) {
    return switch (steps.get(index)) {
      case Step.All() -> project(index, at, set, List.copyOf(set.keySet()));
      case Step.Name(String name) -> strict(index, at, set, name);
      case Step.Maybe(String name) ->
          project(index, at, set, set.containsKey(name) ? List.of(name) : List.of());
      case Step.Names(List<Step.Entry> entries) ->
          project(
              index,
              at,
              set,
              entries.stream()
                  .filter(entry -> !entry.optional() || set.containsKey(entry.name()))
                  .map(Step.Entry::name)
                  .toList());
    };
  }

  private Answer project(
      int index, List<String> at, SortedMap<String, NixValue> set, List<String> names) {
    if (!typed && names.contains("__toString")) {
      if (index + 1 < steps.size()) {
        return strict(index, at, set, "__toString");
      }
      // What is missing fails only if it is looked at.
      if (!set.containsKey("__toString")) {
        throw new Failure();
      }
      var selected = new TreeMap<>(set);
      selected.keySet().retainAll(names);
      return shown(selected);
    }
    if (!typed && names.contains("outPath")) {
      return mark("outPath", strict(index, at, set, "outPath"));
    }
    var named = new TreeMap<String, Answer>(set.comparator());
    for (String name : names) {
      named.put(name, strict(index, at, set, name));
    }
    return new Answer.Named(named);
  }

  private Answer strict(int index, List<String> at, SortedMap<String, NixValue> set, String name) {
    if (!set.containsKey(name)) {
      List<String> names = List.copyOf(set.keySet());
      if (names.size() > 2000) {
        names = names.stream().filter(other -> firstByte(other) == firstByte(name)).toList();
      }
      return new Answer.Fault(new Mismatch.Missing(index, at, name, names));
    }
    return walk(index + 1, plus(at, name), set.get(name));
  }

  private static int firstByte(String name) {
    return name.isEmpty() ? -1 : name.getBytes(java.nio.charset.StandardCharsets.UTF_8)[0];
  }

  private void write(Answer answer, List<String> at, StringBuilder out) throws Ended {
    switch (answer) {
      case Answer.Json(String text) -> out.append(text);
      case Answer.Fault(Mismatch mismatch) -> throw new Ended(mismatch);
      case Answer.Items(List<Answer> values) -> {
        out.append('[');
        for (int i = 0; i < values.size(); i++) {
          out.append(i == 0 ? "" : ",");
          at.addLast(Integer.toString(i));
          write(values.get(i), at, out);
          at.removeLast();
        }
        out.append(']');
      }
      case Answer.Named(SortedMap<String, Answer> values) -> {
        out.append(typed ? "{\"attrs\":{" : "{");
        String separator = "";
        for (var entry : values.entrySet()) {
          out.append(separator).append(quote(entry.getKey())).append(':');
          at.addLast(entry.getKey());
          write(entry.getValue(), at, out);
          at.removeLast();
          separator = ",";
        }
        out.append(typed ? "}}" : "}");
      }
      case Answer.Mark(String kind, Map<String, Answer> fields) -> {
        if (kind.equals("function")) {
          if (!typed) {
            throw new Ended(new Mismatch.NotJson(-1, at, "a function"));
          }
          out.append("{\"function\":{}}");
        } else if (kind.equals("derivation")) {
          out.append("{\"derivation\":{");
          String separator = "";
          for (var entry : fields.entrySet()) {
            out.append(separator).append(quote(entry.getKey())).append(':');
            write(entry.getValue(), at, out);
            separator = ",";
          }
          out.append("}}");
        } else if (typed) {
          out.append("{\"").append(kind).append("\":");
          write(get(fields, "value"), at, out);
          out.append('}');
        } else if (kind.equals("float")) {
          out.append("null");
        } else {
          write(get(fields, "value"), at, out);
        }
      }
    }
  }

  private static List<String> plus(List<String> at, String name) {
    var longer = new ArrayList<>(at);
    longer.add(name);
    return longer;
  }

  private static String quote(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        default -> out.append(c < 0x20 ? String.format("\\u%04x", (int) c) : String.valueOf(c));
      }
    }
    return out.append('"').toString();
  }
}
