package dev.arda.nix.flake.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

/** What must be true of a tree at any time. */
final class SelectionTreeInvariants {

  private SelectionTreeInvariants() {}

  /** Fails if a tree is broken. */
  static void check(SelectionTree tree) {
    SelectionTree.State state = tree.state();
    check(state.root(), List.of(), 0);
    assertThat(tree.weight()).isGreaterThanOrEqualTo(Partial.weight(state.root()));
    if (state.whole().isEmpty()) {
      assertThat(tree.weight()).isEqualTo(Partial.weight(state.root()));
    }
    state
        .whole()
        .keySet()
        .forEach(question ->
            assertThat(question.selector().steps())
                .hasSizeLessThanOrEqualTo(SelectionTree.MAX_STEPS));
  }

  private static void check(Knowledge knowledge, List<String> at, int depth) {
    assertThat(depth).as("depth at %s", at).isLessThanOrEqualTo(SelectionTree.MAX_STEPS);
    switch (knowledge) {
      case Gap gap -> assertThat(gap).as("stored at %s", at).isNotEqualTo(Gap.UNASKED);
      case TypedValue value -> {
        assertThat(value.is(TypedValue.HAS_PROJECTION)).as("projection at %s", at).isFalse();
        assertThat(value.weight()).as("weight at %s", at).isNotNegative();
      }
      case Partial partial -> check(partial, at, depth);
    }
  }

  private static void check(Partial partial, List<String> at, int depth) {
    assertThat(partial.compacted()).as("has no shorter form at %s", at).isSameAs(partial);
    for (int i = 0; i < partial.size(); i++) {
      String name = partial.name(i);
      if (i > 0) {
        assertThat(Names.BYTEWISE.compare(partial.name(i - 1), name))
            .as("order at %s: %s before %s", at, partial.name(i - 1), name)
            .isNegative();
      }
      if (partial.part(i) instanceof Gap) {
        assertThat(partial.complete()).as("gap in a complete set at %s", at).isFalse();
        assertThat(partial.length()).as("gap in a list of known length at %s", at).isNegative();
        assertThat(partial.kind())
            .as("kind of what lacks something, at %s", at)
            .isIn(Partial.Kind.ATTRS, Partial.Kind.LIST);
      }
      if (partial.kind() != Partial.Kind.ATTRS) {
        assertThat(Names.canBeElement(name)).as("index at %s: %s", at, name).isTrue();
      }
      if (partial.kind() == Partial.Kind.LIST && partial.length() >= 0) {
        assertThat(Long.parseLong(name)).as("index at %s", at).isLessThan(partial.length());
      }
      check(partial.part(i), plus(at, name), depth + 1);
    }
    TypedValue snapshot = partial.snapshot();
    switch (partial.kind()) {
      case UNKNOWN -> {
        assertThat(snapshot).as("whole of unknown kind at %s", at).isNull();
        assertThat(partial.complete()).as("completeness of unknown kind at %s", at).isFalse();
        assertThat(partial.length()).as("length of unknown kind at %s", at).isNegative();
      }
      case SCALAR -> {
        assertThat(partial.size()).as("parts of a scalar at %s", at).isZero();
        assertThat(partial.complete()).as("completeness of a scalar at %s", at).isFalse();
        assertThat(partial.length()).as("length of a scalar at %s", at).isNegative();
        if (snapshot != null) {
          assertThat(Partial.of(snapshot).kind()).as("kind at %s", at).isEqualTo(partial.kind());
        }
      }
      case LIST -> {
        assertThat(snapshot).as("list shown as something else at %s", at).isNull();
        assertThat(partial.complete()).as("completeness of a list at %s", at).isFalse();
      }
      case ATTRS -> {
        assertThat(partial.length()).as("length of a set at %s", at).isNegative();
        if (snapshot != null) {
          assertThat(snapshot).as("whole set at %s", at).isNotInstanceOf(Attributes.class);
          // What a derivation tells of its attributes is among what is known of them.
          Partial told = Partial.of(snapshot);
          assertThat(Merge.of(partial, told)).as("what is told at %s", at).isSameAs(partial);
        }
      }
    }
  }

  private static List<String> plus(List<String> at, String name) {
    var longer = new java.util.ArrayList<>(at);
    longer.add(name);
    return longer;
  }
}
