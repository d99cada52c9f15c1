package dev.arda.nix.flake.selector;

import java.util.List;

/**
 * Where a selector and a value do not fit. {@code step} is the index of the selector's step, {@code
 * at} the names and indices that led to the value it was applied to.
 */
public sealed interface Mismatch {

  /** Index of the step, from 0. */
  int step();

  /** The way to the value. */
  List<String> at();

  /**
   * An attribute is missing.
   *
   * @param name its name
   * @param names names that exist; from a very large set only those that begin alike
   */
  record Missing(int step, List<String> at, String name, List<String> names) implements Mismatch {
    /** Copies the lists. */
    public Missing {
      at = List.copyOf(at);
      names = List.copyOf(names);
    }
  }

  /**
   * The value has no parts.
   *
   * @param type its type, as {@code builtins.typeOf} names it
   */
  record NoParts(int step, List<String> at, String type) implements Mismatch {
    /** Copies the list. */
    public NoParts {
      at = List.copyOf(at);
    }
  }

  /**
   * A name that is no index is used on a list.
   *
   * @param name the name
   */
  record NoIndex(int step, List<String> at, String name) implements Mismatch {
    /** Copies the list. */
    public NoIndex {
      at = List.copyOf(at);
    }
  }

  /**
   * An index is outside of the list.
   *
   * @param name the index as it was written
   * @param size the number of elements
   */
  record OutOfRange(int step, List<String> at, String name, long size) implements Mismatch {
    /** Copies the list. */
    public OutOfRange {
      at = List.copyOf(at);
    }
  }

  /** A set with optional entries is used on a list. */
  record OptionalInList(int step, List<String> at) implements Mismatch {
    /** Copies the list. */
    public OptionalInList {
      at = List.copyOf(at);
    }
  }

  /**
   * The value contains something that JSON has no form for.
   *
   * @param step index after the last step
   * @param at the way to it
   * @param what what it is, for example {@code a function}
   */
  record NotJson(int step, List<String> at, String what) implements Mismatch {
    /** Copies the list. */
    public NotJson {
      at = List.copyOf(at);
    }
  }
}
