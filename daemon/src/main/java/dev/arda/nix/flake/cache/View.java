package dev.arda.nix.flake.cache;

import java.util.AbstractList;
import java.util.List;

/** Partial knowledge, or a whole value seen as if it were. */
sealed interface View permits Partial, View.WholeSet, View.WholeList {

  /** What is known of a value that exists; costs nothing for large values. */
  static View of(Knowledge knowledge) {
    return switch (knowledge) {
      case Attributes attributes -> new WholeSet(attributes);
      case Elements elements -> new WholeList(elements);
      case TypedValue value -> Partial.of(value);
      case Partial partial -> partial;
      case Gap gap -> throw new IllegalArgumentException("there is no value: " + gap);
    };
  }

  /** What kind of value it is. */
  Partial.Kind kind();

  /** Whether the parts of a set are all that it has. */
  boolean complete();

  /** The number of elements of a list; -1 if unknown. */
  int length();

  /** The type of a scalar; empty if unknown. */
  String scalarType();

  /** What is known of a part, with all that follows from completeness or length. */
  Knowledge part(String name);

  /** The names of the attributes that exist, as far as they are known, in bytewise order. */
  List<String> presentNames();

  /** Whether a part is known to be missing. */
  default boolean lacks(String name) {
    return part(name) instanceof Gap gap && gap != Gap.UNASKED;
  }

  /** A set that is known as a whole. */
  record WholeSet(Attributes attributes) implements View {
    @Override
    public Partial.Kind kind() {
      return Partial.Kind.ATTRS;
    }

    @Override
    public boolean complete() {
      return true;
    }

    @Override
    public int length() {
      return -1;
    }

    @Override
    public String scalarType() {
      return "";
    }

    @Override
    public Knowledge part(String name) {
      int index = attributes.find(name);
      return index >= 0 ? attributes.part(index) : Gap.ABSENT_AMONG_LISTED;
    }

    @Override
    public List<String> presentNames() {
      return new AbstractList<>() {
        @Override
        public String get(int index) {
          return attributes.name(index);
        }

        @Override
        public int size() {
          return attributes.size();
        }
      };
    }
  }

  /** A list that is known as a whole. */
  record WholeList(Elements elements) implements View {
    @Override
    public Partial.Kind kind() {
      return Partial.Kind.LIST;
    }

    @Override
    public boolean complete() {
      return false;
    }

    @Override
    public int length() {
      return elements.size();
    }

    @Override
    public String scalarType() {
      return "";
    }

    @Override
    public Knowledge part(String name) {
      if (!Names.canBeElement(name)) {
        return Gap.UNASKED;
      }
      long index = Long.parseLong(name);
      return index < elements.size() ? elements.part((int) index) : Gap.ABSENT;
    }

    @Override
    public List<String> presentNames() {
      return List.of();
    }
  }
}
