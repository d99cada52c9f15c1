package dev.arda.nix.store.build;

import java.util.List;

/** One thing to build, as a person names it. */
public sealed interface BuildTarget {

  /** How it is called. */
  String label();

  /**
   * What {@code nix build} takes, for example {@code .#hello^out,dev}; {@code hello} is looked up
   * in the flake of the request.
   */
  record OfFlake(String text) implements BuildTarget {
    @Override
    public String label() {
      return text.isEmpty() || text.equals("#") ? "the default package" : text;
    }
  }

  /** A host: its system. */
  record Host(String name) implements BuildTarget {
    @Override
    public String label() {
      return name;
    }
  }

  /** A user: the activation package of the user's environment. */
  record User(String name) implements BuildTarget {
    @Override
    public String label() {
      return name;
    }
  }

  /**
   * A derivation at a place that is known.
   *
   * @param flake flake reference; empty: the flake of the request
   * @param path attribute path
   */
  record At(String label, String flake, List<String> path) implements BuildTarget {
    /** Copies the list. */
    public At {
      path = List.copyOf(path);
    }
  }

  /** A derivation, with outputs behind {@code ^} or without, or a path that is to be there. */
  record OfStore(String text) implements BuildTarget {
    @Override
    public String label() {
      return text;
    }
  }
}
