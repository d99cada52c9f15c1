package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.cache.Partial.Facts;
import dev.arda.nix.flake.cache.Partial.Kind;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Turns answers into what they teach about the outputs of a flake. */
final class Teaching {

  private final List<Step> steps;
  private final List<String> at = new ArrayList<>();

  private Teaching(Selector selector) {
    this.steps = selector.steps();
  }

  /**
   * What a value teaches.
   *
   * @throws ContradictionException if it cannot be the answer to the selector
   */
  static Knowledge of(Selector selector, TypedValue answer) {
    return new Teaching(selector).from(0, answer);
  }

  /**
   * What a mismatch teaches.
   *
   * @throws ContradictionException if it cannot be the answer to the selector
   */
  static Knowledge of(Selector selector, Mismatch mismatch) {
    var teaching = new Teaching(selector);
    if (mismatch instanceof Mismatch.NotJson) {
      // Where something is inside the JSON form does not tell where it is in the flake.
      return Partial.NOTHING;
    }
    boolean fits =
        mismatch.step() >= 0
            && mismatch.step() < teaching.steps.size()
            && mismatch.at().size() == mismatch.step();
    for (int i = 0; fits && i < mismatch.step(); i++) {
      String name = mismatch.at().get(i);
      fits =
          switch (teaching.steps.get(i)) {
            case Step.All all -> true;
            case Step.Name step -> step.name().equals(name);
            case Step.Maybe step -> step.name().equals(name);
            case Step.Names set -> set.entries().stream().anyMatch(e -> e.name().equals(name));
          };
    }
    if (!fits) {
      throw new ContradictionException(mismatch.at(), "no selector leads there: " + selector);
    }
    Knowledge knowledge = fromMismatch(mismatch);
    for (int i = mismatch.step() - 1; i >= 0; i--) {
      knowledge = named(mismatch.at().get(i), knowledge);
    }
    return knowledge;
  }

  private static Knowledge fromMismatch(Mismatch mismatch) {
    var facts = new Facts();
    switch (mismatch) {
      case Mismatch.Missing missing -> {
        facts.kind = Kind.ATTRS;
        // A list that shows that nothing was left out is the list of all names.
        facts.complete = Names.isComplete(missing.name(), missing.names().stream());
        var parts = new TreeMap<String, Knowledge>(Names.BYTEWISE);
        missing.names().forEach(name -> parts.put(name, Partial.NOTHING));
        if (parts.containsKey(missing.name())) {
          throw new ContradictionException(missing.at(), missing.name() + " is missing and is not");
        }
        if (!facts.complete) {
          parts.put(missing.name(), Gap.ABSENT_AMONG_LISTED);
        }
        parts.forEach(facts::add);
      }
      case Mismatch.NoParts noParts -> {
        facts.kind = Kind.SCALAR;
        facts.scalarType = noParts.type();
      }
      case Mismatch.OutOfRange range -> {
        facts.kind = Kind.LIST;
        facts.length = Math.toIntExact(range.size());
      }
      case Mismatch.NoIndex noIndex -> facts.kind = Kind.LIST;
      case Mismatch.OptionalInList optional -> facts.kind = Kind.LIST;
      case Mismatch.NotJson notJson -> {}
    }
    return facts.build().compacted();
  }

  private Knowledge from(int index, TypedValue answer) {
    if (index == steps.size()) {
      if (answer.is(TypedValue.HAS_PROJECTION)) {
        throw contradiction("a set with outPath or __toString is shown as something else");
      }
      return answer;
    }
    if (steps.get(index) instanceof Step.Name step) {
      return named(step.name(), below(index, step.name(), answer));
    }
    return switch (answer) {
      case Attributes attributes -> fromAttributes(index, attributes);
      case Elements elements -> fromElements(index, elements);
      case Literal v -> throw noSelection();
      case Opaque v -> throw noSelection();
      case Derivation v -> throw noSelection();
      case Wrapped v -> throw noSelection();
    };
  }

  private Knowledge fromAttributes(int index, Attributes answer) {
    boolean all = false;
    var parts = new TreeMap<String, Knowledge>(Names.BYTEWISE);
    switch (steps.get(index)) {
      case Step.All step -> {
        all = true;
        if (index + 1 == steps.size() && !answer.is(TypedValue.HAS_PROJECTION)) {
          return answer;
        }
      }
      case Step.Maybe step -> parts.put(step.name(), Gap.ABSENT);
      case Step.Names set ->
          set.entries()
              .forEach(entry ->
                  // What is strict is there: its presence must not depend on another entry.
                  parts.merge(
                      entry.name(),
                      entry.optional() ? Gap.ABSENT : Gap.UNASKED,
                      (a, b) -> a == Gap.UNASKED ? a : b));
      case Step.Name step -> throw new IllegalStateException("no selection");
    }
    for (int i = 0; i < answer.size(); i++) {
      String name = answer.name(i);
      if (!all && !parts.containsKey(name)) {
        throw contradiction("nobody asked for " + name);
      }
      parts.put(name, below(index, name, answer.part(i)));
    }
    if (parts.containsValue(Gap.UNASKED)) {
      throw contradiction("what was asked for is not there");
    }
    var facts = new Facts();
    facts.kind = Kind.ATTRS;
    facts.complete = all;
    parts.forEach(facts::add);
    return facts.build().compacted();
  }

  private Knowledge fromElements(int index, Elements answer) {
    return switch (steps.get(index)) {
      case Step.All step -> {
        if (index + 1 == steps.size() && !answer.is(TypedValue.HAS_PROJECTION)) {
          yield answer;
        }
        var facts = new Facts();
        facts.kind = Kind.LIST;
        facts.length = answer.size();
        for (int i : Names.indicesInBytewiseOrder(answer.size())) {
          String name = Integer.toString(i);
          facts.add(name, below(index, name, answer.part(i)));
        }
        yield facts.build().compacted();
      }
      case Step.Maybe step -> {
        if (answer.size() > 1 || !Names.canBeElement(step.name())) {
          throw contradiction("one element at most was asked for");
        }
        yield element(
            step.name(),
            answer.size() == 0 ? Gap.ABSENT : below(index, step.name(), answer.part(0)));
      }
      case Step.Names set -> {
        if (answer.size() != set.entries().size()) {
          throw contradiction("as many elements as entries were asked for");
        }
        var facts = new Facts();
        facts.kind = Kind.LIST;
        Knowledge list = facts.build();
        for (int i = 0; i < answer.size(); i++) {
          Step.Entry entry = set.entries().get(i);
          if (entry.optional() || !Names.canBeElement(entry.name())) {
            throw contradiction("a list has no element " + entry.name());
          }
          list = Merge.of(list, element(entry.name(), below(index, entry.name(), answer.part(i))));
        }
        yield list;
      }
      case Step.Name step -> throw new IllegalStateException("no selection");
    };
  }

  private Knowledge below(int index, String name, TypedValue answer) {
    at.addLast(name);
    Knowledge knowledge = from(index + 1, answer);
    at.removeLast();
    return knowledge;
  }

  /** A value that has a part of this name; a set, unless the name could be an index. */
  private static Knowledge named(String name, Knowledge part) {
    var facts = new Facts().add(name, part);
    facts.kind = Names.canBeElement(name) ? Kind.UNKNOWN : Kind.ATTRS;
    return facts.build();
  }

  private static Knowledge element(String index, Knowledge part) {
    var facts = new Facts().add(index, part);
    facts.kind = Kind.LIST;
    return facts.build();
  }

  private ContradictionException noSelection() {
    return contradiction("a selection was expected");
  }

  private ContradictionException contradiction(String message) {
    return new ContradictionException(at, message);
  }
}
