package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.ValueEncoding;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Answers one question from what is known, as {@code answer.nix} would from the value itself.
 *
 * <p>An answer of several parts is known only if all of them are: where one mismatches, another
 * that nobody asked for might have failed instead. Of several mismatches the first is told, in the
 * order in which the answer is written.
 */
final class Finder {

  private final List<Step> steps;
  private final boolean typed;
  private final List<String> at = new ArrayList<>();

  private Finder(Selector selector, ValueEncoding encoding) {
    this.steps = selector.steps();
    this.typed = encoding == ValueEncoding.TYPED;
  }

  /** Answers a question. */
  static Lookup find(Knowledge root, Selector selector, ValueEncoding encoding) {
    return new Finder(selector, encoding).walk(0, root);
  }

  private Lookup walk(int index, Knowledge knowledge) {
    if (knowledge instanceof Gap) {
      return Lookup.Miss.MISS;
    }
    if (index == steps.size()) {
      return end(knowledge);
    }
    Step step = steps.get(index);
    if (step instanceof Step.All && index + 1 == steps.size() && isWholeSelection(knowledge)) {
      return end(knowledge);
    }
    var view = View.of(knowledge);
    return switch (view.kind()) {
      case ATTRS -> intoSet(index, step, view);
      case LIST -> intoList(index, step, view);
      case SCALAR ->
          view.scalarType().isEmpty()
              ? Lookup.Miss.MISS
              : mismatched(new Mismatch.NoParts(index, at, view.scalarType()));
      case UNKNOWN ->
          step instanceof Step.Name(String name)
              ? below(index, name, view.part(name))
              : Lookup.Miss.MISS;
    };
  }

  /** Whether all parts together are the value itself. */
  private static boolean isWholeSelection(Knowledge knowledge) {
    return knowledge instanceof Attributes || knowledge instanceof Elements;
  }

  private Lookup intoSet(int index, Step step, View set) {
    return switch (step) {
      case Step.Name(String name) -> strict(index, set, name);
      case Step.Maybe(String name) ->
          switch (set.part(name)) {
            case Gap.UNASKED -> Lookup.Miss.MISS;
            case Gap.ABSENT, Gap.ABSENT_AMONG_LISTED -> new Lookup.Hit(Attributes.EMPTY);
            case TypedValue part -> project(index, set, List.of(name), true);
            case Partial part -> project(index, set, List.of(name), true);
          };
      case Step.Names(List<Step.Entry> entries) -> {
        var names = new TreeSet<String>(Names.BYTEWISE);
        boolean complete = true;
        for (Step.Entry entry : entries) {
          Knowledge part = set.part(entry.name());
          if (!entry.optional() || !(part instanceof Gap)) {
            names.add(entry.name());
          } else if (part == Gap.UNASKED) {
            complete = false;
          }
        }
        yield project(index, set, List.copyOf(names), complete);
      }
      case Step.All() -> project(index, set, set.presentNames(), set.complete());
    };
  }

  /**
   * A selection of attributes.
   *
   * @param names in bytewise order
   * @param complete whether there are no others to select
   */
  private Lookup project(int index, View set, List<String> names, boolean complete) {
    if (!typed) {
      // Nix shows a selection with one of these as something else, like any set.
      if (names.contains(Attributes.TO_STRING)) {
        return index + 1 < steps.size()
            ? strict(index, set, Attributes.TO_STRING)
            : Lookup.Miss.MISS;
      }
      boolean certain =
          complete || (steps.get(index) instanceof Step.All && set.lacks(Attributes.TO_STRING));
      if (certain && names.contains(Attributes.OUT_PATH)) {
        return asOutPath(strict(index, set, Attributes.OUT_PATH));
      }
    }
    if (!complete) {
      return Lookup.Miss.MISS;
    }
    return together(
        names.size(),
        i -> strict(index, set, names.get(i)),
        names::get,
        values -> Attributes.of(names, values));
  }

  private Lookup strict(int index, View set, String name) {
    return switch (set.part(name)) {
      case Gap.UNASKED -> Lookup.Miss.MISS;
      case Gap.ABSENT -> missing(index, set, name, false);
      case Gap.ABSENT_AMONG_LISTED -> missing(index, set, name, true);
      case TypedValue part -> below(index, name, part);
      case Partial part -> below(index, name, part);
    };
  }

  private Lookup missing(int index, View set, String name, boolean listed) {
    List<String> known = set.presentNames();
    List<String> suggested =
        set.complete() || !listed
            ? Names.suggested(name, known)
            : known.stream().filter(other -> Names.beginAlike(other, name)).toList();
    return new Lookup.Mismatched(
        new Mismatch.Missing(index, at, name, suggested), set.complete() || listed);
  }

  private Lookup intoList(int index, Step step, View list) {
    return switch (step) {
      case Step.Name(String name) -> element(index, list, name);
      case Step.Maybe(String name) -> {
        if (!Names.isWholeNumber(name)) {
          yield mismatched(new Mismatch.NoIndex(index, at, name));
        }
        if (Names.isOutOfAnyRange(name)) {
          yield outOfRange(index, list, name);
        }
        yield switch (list.part(name)) {
          case Gap.UNASKED -> Lookup.Miss.MISS;
          case Gap.ABSENT, Gap.ABSENT_AMONG_LISTED -> new Lookup.Hit(Elements.EMPTY);
          case TypedValue part -> elements(index, list, List.of(name));
          case Partial part -> elements(index, list, List.of(name));
        };
      }
      case Step.Names(List<Step.Entry> entries) ->
          entries.stream().anyMatch(Step.Entry::optional)
              ? mismatched(new Mismatch.OptionalInList(index, at))
              : elements(index, list, entries.stream().map(Step.Entry::name).toList());
      case Step.All() ->
          list.length() < 0
              ? Lookup.Miss.MISS
              : together(
                  list.length(),
                  i -> element(index, list, Integer.toString(i)),
                  i -> Integer.toString(i),
                  Elements::of);
    };
  }

  private Lookup elements(int index, View list, List<String> names) {
    return together(
        names.size(),
        i -> element(index, list, names.get(i)),
        i -> Integer.toString(i),
        Elements::of);
  }

  private Lookup element(int index, View list, String name) {
    if (!Names.isWholeNumber(name)) {
      return mismatched(new Mismatch.NoIndex(index, at, name));
    }
    if (Names.isOutOfAnyRange(name)) {
      return outOfRange(index, list, name);
    }
    return switch (list.part(name)) {
      case Gap.UNASKED -> Lookup.Miss.MISS;
      case Gap.ABSENT, Gap.ABSENT_AMONG_LISTED -> outOfRange(index, list, name);
      case TypedValue part -> below(index, name, part);
      case Partial part -> below(index, name, part);
    };
  }

  private Lookup outOfRange(int index, View list, String name) {
    return list.length() < 0
        ? Lookup.Miss.MISS
        : mismatched(new Mismatch.OutOfRange(index, at, name, list.length()));
  }

  private Lookup below(int index, String name, Knowledge part) {
    at.addLast(name);
    Lookup found = walk(index + 1, part);
    at.removeLast();
    return found;
  }

  /** The value as a whole. */
  private Lookup end(Knowledge knowledge) {
    return switch (knowledge) {
      case TypedValue value -> whole(value);
      case Gap gap -> Lookup.Miss.MISS;
      case Partial partial -> {
        TypedValue snapshot = partial.snapshot();
        if (snapshot != null) {
          yield whole(snapshot);
        }
        yield switch (partial.kind()) {
          case UNKNOWN, SCALAR -> Lookup.Miss.MISS;
          case LIST ->
              partial.length() < 0
                  ? Lookup.Miss.MISS
                  : together(
                      partial.length(),
                      i -> end(partial.part(Integer.toString(i))),
                      i -> Integer.toString(i),
                      Elements::of);
          case ATTRS -> endOfSet(partial);
        };
      }
    };
  }

  private Lookup endOfSet(Partial set) {
    if (!(set.part(Attributes.TO_STRING) instanceof Gap gap) || gap == Gap.UNASKED) {
      return Lookup.Miss.MISS;
    }
    Knowledge outPath = set.part(Attributes.OUT_PATH);
    if (!(outPath instanceof Gap)) {
      // Typed, it may be a derivation, of which more is told.
      return typed ? Lookup.Miss.MISS : asOutPath(end(outPath));
    }
    if (!set.complete()) {
      return Lookup.Miss.MISS;
    }
    return together(
        set.size(),
        i -> end(set.part(i)),
        set::name,
        values -> Attributes.of(set.presentNames(), values));
  }

  private Lookup whole(TypedValue value) {
    if (typed) {
      return new Lookup.Hit(value);
    }
    if (!value.is(TypedValue.HAS_OPAQUE)) {
      return new Lookup.Hit(value);
    }
    var opaque = ValueJson.firstOpaque(value);
    return mismatched(new Mismatch.NotJson(-1, opaque.at(), opaque.what()));
  }

  private static Lookup asOutPath(Lookup found) {
    return found instanceof Lookup.Hit(TypedValue value)
        ? new Lookup.Hit(new Wrapped(Wrapped.Mark.OUT_PATH, value))
        : found;
  }

  /** An answer of parts, each under a label. */
  private static Lookup together(
      int count,
      IntFunction<Lookup> find,
      IntFunction<String> label,
      Function<List<TypedValue>, TypedValue> combine) {
    var values = new ArrayList<TypedValue>(count);
    Lookup.@Nullable Mismatched first = null;
    for (int i = 0; i < count; i++) {
      switch (find.apply(i)) {
        case Lookup.Miss miss -> {
          return miss;
        }
        case Lookup.Kept kept -> throw new IllegalStateException("not from a tree");
        case Lookup.Hit(TypedValue value) -> values.add(value);
        case Lookup.Mismatched mismatched -> {
          if (first == null) {
            first = inside(label.apply(i), mismatched);
          }
        }
      }
    }
    return first != null ? first : new Lookup.Hit(combine.apply(values));
  }

  /** Where something is in a selection that has it under a label. */
  private static Lookup.Mismatched inside(String label, Lookup.Mismatched mismatched) {
    if (!(mismatched.mismatch()
        instanceof Mismatch.NotJson(int step, List<String> path, String what))) {
      return mismatched;
    }
    var longer = new ArrayList<String>(path.size() + 1);
    longer.add(label);
    longer.addAll(path);
    return new Lookup.Mismatched(new Mismatch.NotJson(step, longer, what), true);
  }

  private static Lookup mismatched(Mismatch mismatch) {
    return new Lookup.Mismatched(mismatch, true);
  }
}
