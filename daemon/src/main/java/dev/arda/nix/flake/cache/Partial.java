package dev.arda.nix.flake.cache;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A value of which something is known. Immutable. Kind, completeness and snapshot are separate
 * facts: a set may be known as a whole (say, by the string it is shown as) with none of its names,
 * or have all its names and no whole.
 */
final class Partial implements Knowledge, View {

  /** What kind of value it is. */
  enum Kind {
    /** Not known; parts are kept by the names they were asked by, which are indices in a list. */
    UNKNOWN,
    /** An attribute set. */
    ATTRS,
    /** A list. */
    LIST,
    /** Anything that has no parts. */
    SCALAR
  }

  private static final long OWN_WEIGHT = Weights.object(5 * Weights.REFERENCE + 2 * 4 + 8);

  /** A value that exists. */
  static final Partial NOTHING = new Partial(new Facts());

  private final Kind kind;
  private final boolean complete;
  private final int length;
  private final String scalarType;
  private final @Nullable TypedValue snapshot;
  private final String[] names;
  private final Knowledge[] parts;
  private final long weight;

  private Partial(Facts facts) {
    this.kind = facts.kind;
    this.complete = facts.complete;
    this.length = facts.length;
    this.scalarType = facts.scalarType;
    this.snapshot = facts.snapshot;
    this.names = facts.names.toArray(String[]::new);
    this.parts = facts.parts.toArray(Knowledge[]::new);
    long bytes = OWN_WEIGHT + 2 * Weights.array(names.length, Weights.REFERENCE);
    for (String name : names) {
      bytes += Weights.string(name);
    }
    for (Knowledge part : parts) {
      bytes += weight(part);
    }
    this.weight = bytes + (snapshot == null ? 0 : snapshot.weight());
  }

  /** Facts that are being gathered for one value. */
  static final class Facts {
    Kind kind = Kind.UNKNOWN;
    boolean complete;
    int length = -1;
    String scalarType = "";
    @Nullable TypedValue snapshot;
    final List<String> names = new ArrayList<>();
    final List<Knowledge> parts = new ArrayList<>();

    /** Adds a part, whose name follows those of all others in bytewise order. */
    Facts add(String name, Knowledge part) {
      names.add(name);
      parts.add(part);
      return this;
    }

    Partial build() {
      return new Partial(this);
    }
  }

  /** What a whole value tells about itself and its parts. */
  static Partial of(TypedValue value) {
    var facts = new Facts();
    switch (value) {
      case Literal literal -> {
        facts.kind = Kind.SCALAR;
        facts.snapshot = literal;
        facts.scalarType = literal.type();
      }
      case Opaque opaque -> {
        facts.kind = Kind.SCALAR;
        facts.snapshot = opaque;
        facts.scalarType = opaque.type();
      }
      case Attributes attributes -> {
        facts.kind = Kind.ATTRS;
        facts.complete = true;
        for (int i = 0; i < attributes.size(); i++) {
          facts.add(attributes.name(i), attributes.part(i));
        }
      }
      case Elements elements -> {
        facts.kind = Kind.LIST;
        facts.length = elements.size();
        for (int i : Names.indicesInBytewiseOrder(elements.size())) {
          facts.add(Integer.toString(i), elements.part(i));
        }
      }
      case Derivation derivation -> {
        facts.kind = Kind.ATTRS;
        facts.snapshot = derivation;
        // It is shown by its outPath, which a set with __toString is not.
        var told = new TreeMap<String, Knowledge>(Names.BYTEWISE);
        told.put(Attributes.TO_STRING, Gap.ABSENT);
        told.put("type", Derivation.TYPE);
        for (int i = 0; i < derivation.size(); i++) {
          // Null may also stand for an attribute that is missing or fails; outPath is itself.
          TypedValue field = derivation.part(i);
          if (i == Derivation.OUT_PATH || !field.equals(Literal.NULL)) {
            told.put(Derivation.FIELDS.get(i), field);
          }
        }
        told.forEach(facts::add);
      }
      case Wrapped wrapped -> {
        facts.snapshot = wrapped;
        switch (wrapped.mark()) {
          case OUT_PATH -> {
            facts.kind = Kind.ATTRS;
            facts.add(Attributes.TO_STRING, Gap.ABSENT).add(Attributes.OUT_PATH, wrapped.value());
          }
          case TO_STRING -> {
            facts.kind = Kind.ATTRS;
            facts.add(Attributes.TO_STRING, NOTHING);
          }
          case PATH, FLOAT -> {
            facts.kind = Kind.SCALAR;
            facts.scalarType = wrapped.mark().type();
          }
        }
      }
    }
    return facts.build();
  }

  /** What is known of a value that exists, in this form. */
  static Partial of(Knowledge knowledge) {
    return switch (knowledge) {
      case Partial partial -> partial;
      case TypedValue value -> of(value);
      case Gap gap -> throw new IllegalArgumentException("there is no value: " + gap);
    };
  }

  /** Bytes that knowledge takes. */
  static long weight(Knowledge knowledge) {
    return switch (knowledge) {
      case Partial partial -> partial.weight;
      case TypedValue value -> value.weight();
      case Gap gap -> 0;
    };
  }

  /** The value as a whole, if that follows from what is known: the short form of these facts. */
  Knowledge compacted() {
    return switch (kind) {
      case UNKNOWN -> this;
      case SCALAR ->
          snapshot != null && scalarType.equals(of(snapshot).scalarType) ? snapshot : this;
      case LIST -> names.length == length ? compactedList() : this;
      case ATTRS -> {
        if (snapshot != null) {
          yield saysNoMoreThan(of(snapshot)) ? snapshot : this;
        }
        yield complete && !isShownAsSomethingElse() ? compactedSet() : this;
      }
    };
  }

  private Knowledge compactedSet() {
    var values = new ArrayList<TypedValue>(parts.length);
    for (Knowledge part : parts) {
      if (!(part instanceof TypedValue value)) {
        return this;
      }
      values.add(value);
    }
    return Attributes.of(Arrays.asList(names), values);
  }

  private Knowledge compactedList() {
    var values = new ArrayList<TypedValue>(length);
    for (int i = 0; i < length; i++) {
      if (!(part(Integer.toString(i)) instanceof TypedValue value)) {
        return this;
      }
      values.add(value);
    }
    return Elements.of(values);
  }

  private boolean saysNoMoreThan(Partial other) {
    return complete == other.complete
        && Arrays.equals(names, other.names)
        && Arrays.equals(parts, other.parts);
  }

  /** Whether Nix would show a set with these names as one of its attributes, or a string. */
  private boolean isShownAsSomethingElse() {
    return Arrays.binarySearch(names, Attributes.OUT_PATH, Names.BYTEWISE) >= 0
        || Arrays.binarySearch(names, Attributes.TO_STRING, Names.BYTEWISE) >= 0;
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public boolean complete() {
    return complete;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public String scalarType() {
    return scalarType;
  }

  /** What the value is as a whole, if it is a scalar or is shown as something else; else null. */
  @Nullable TypedValue snapshot() {
    return snapshot;
  }

  int size() {
    return names.length;
  }

  String name(int index) {
    return names[index];
  }

  Knowledge part(int index) {
    return parts[index];
  }

  @Override
  public Knowledge part(String name) {
    int index = Arrays.binarySearch(names, name, Names.BYTEWISE);
    if (index >= 0) {
      return parts[index];
    }
    if (complete) {
      return Gap.ABSENT_AMONG_LISTED;
    }
    boolean outside = length >= 0 && Names.canBeElement(name) && Long.parseLong(name) >= length;
    return outside ? Gap.ABSENT : Gap.UNASKED;
  }

  @Override
  public List<String> presentNames() {
    var present = new ArrayList<String>(names.length);
    for (int i = 0; i < names.length; i++) {
      if (!(parts[i] instanceof Gap)) {
        present.add(names[i]);
      }
    }
    return present;
  }

  /** Bytes on the heap, about. */
  long weight() {
    return weight;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Partial partial
        && kind == partial.kind
        && length == partial.length
        && scalarType.equals(partial.scalarType)
        && Objects.equals(snapshot, partial.snapshot)
        && saysNoMoreThan(partial);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(names) * 31 + Arrays.hashCode(parts);
  }
}
