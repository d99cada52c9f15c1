package dev.arda.nix.flake.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.cache.ReferenceEvaluator.Outcome;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** A flake and a tree that learns about it. The tree's invariants are checked after each answer. */
final class Lesson {

  final SelectionTree tree = new SelectionTree();
  private final NixValue root;

  Lesson(Object... namesAndValues) {
    this.root = NixValue.set(namesAndValues);
  }

  /** Evaluates selectors, and tells the tree. */
  Lesson fetch(String... selectors) throws IOException {
    for (String text : selectors) {
      Selector selector = selector(text);
      switch (ReferenceEvaluator.evaluate(root, selector, ValueEncoding.TYPED)) {
        case Outcome.Value(String json) -> tree.insert(selector, value(json));
        case Outcome.Mismatched(Mismatch mismatch) -> tree.insert(selector, mismatch);
        case Outcome.Failed failed -> throw new AssertionError(text + " fails");
      }
      SelectionTreeInvariants.check(tree);
    }
    return this;
  }

  /** What the tree says, checked against the evaluation unless it is a miss. */
  Lookup ask(String text) {
    return ask(text, ValueEncoding.TYPED);
  }

  /** The compatible JSON that the tree answers with. */
  String json(String text) {
    if (ask(text, ValueEncoding.JSON) instanceof Lookup.Hit(TypedValue value)
        && value.json() instanceof JsonForm.Text form) {
      return new String(form.json(), StandardCharsets.UTF_8);
    }
    throw new AssertionError(text + " is answered with " + ask(text, ValueEncoding.JSON));
  }

  private Lookup ask(String text, ValueEncoding encoding) {
    Selector selector = selector(text);
    Outcome expected = ReferenceEvaluator.evaluate(root, selector, encoding);
    Lookup found = tree.lookup(selector, encoding);
    switch (found) {
      case Lookup.Miss miss -> {}
      case Lookup.Hit(TypedValue value) -> {
        String json =
            encoding == ValueEncoding.TYPED || !(value.json() instanceof JsonForm.Text form)
                ? value.toString()
                : new String(form.json(), StandardCharsets.UTF_8);
        assertThat(new Outcome.Value(json)).as(text).isEqualTo(expected);
      }
      case Lookup.Mismatched(Mismatch mismatch, boolean complete) -> {
        if (complete) {
          assertThat(new Outcome.Mismatched(mismatch)).as(text).isEqualTo(expected);
        } else {
          assertThat(expected).as(text).isInstanceOf(Outcome.Mismatched.class);
        }
      }
      case Lookup.Kept kept -> throw new AssertionError("nothing is kept");
    }
    return found;
  }

  static Selector selector(String text) {
    return SelectorParser.parse(text).selector();
  }

  static TypedValue value(String json) throws IOException {
    return TypedValue.parse(json.getBytes(StandardCharsets.UTF_8));
  }

  static Lookup hit(String json) throws IOException {
    return new Lookup.Hit(value(json));
  }
}
