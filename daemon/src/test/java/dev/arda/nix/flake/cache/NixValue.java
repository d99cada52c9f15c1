package dev.arda.nix.flake.cache;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A value of the Nix language, as a model for tests. */
sealed interface NixValue {

  /** A number, boolean or null. */
  record Plain(String json, String type) implements NixValue {}

  record Text(String text) implements NixValue {}

  record FilePath(String text) implements NixValue {}

  /** Infinity. */
  record Infinite() implements NixValue {}

  record Function() implements NixValue {}

  /** A function that a set uses as its {@code __toString}; it returns this attribute of the set. */
  record Shows(String attribute) implements NixValue {}

  /** Fails in a way that {@code tryEval} catches. */
  record Throws() implements NixValue {}

  /** Fails in a way that nothing catches. */
  record Aborts() implements NixValue {}

  record Items(List<NixValue> values) implements NixValue {
    public Items {
      values = List.copyOf(values);
    }
  }

  record Attrs(SortedMap<String, NixValue> values) implements NixValue {
    public Attrs {
      var sorted = new TreeMap<String, NixValue>(Names.BYTEWISE);
      sorted.putAll(values);
      values = Collections.unmodifiableSortedMap(sorted);
    }

    static Attrs of(Map<String, NixValue> values) {
      return new Attrs(new TreeMap<>(values));
    }
  }

  NixValue NULL = new Plain("null", "null");
  NixValue TRUE = new Plain("true", "bool");
  NixValue FALSE = new Plain("false", "bool");

  static NixValue integer(long value) {
    return new Plain(Long.toString(value), "int");
  }

  static NixValue real(String text) {
    return new Plain(text, "float");
  }

  static NixValue text(String text) {
    return new Text(text);
  }

  static NixValue list(NixValue... values) {
    return new Items(List.of(values));
  }

  /** A set of alternating names and values. */
  static NixValue set(Object... namesAndValues) {
    var values = new TreeMap<String, NixValue>(Names.BYTEWISE);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      values.put((String) namesAndValues[i], (NixValue) namesAndValues[i + 1]);
    }
    return new Attrs(values);
  }
}
