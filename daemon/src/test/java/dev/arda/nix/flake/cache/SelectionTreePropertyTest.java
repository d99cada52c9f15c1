package dev.arda.nix.flake.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.cache.ReferenceEvaluator.Outcome;
import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * After any sequence of questions the tree answers what an evaluation would, or misses.
 *
 * <p>{@code -Darda.test.seed=N} repeats a run.
 */
class SelectionTreePropertyTest {

  private static final int ROUNDS = 10_000;

  private final long seed = Long.getLong("arda.test.seed", new Random().nextLong());

  /** How often what was said about a selector that nobody had asked. */
  private final int[] unasked = new int[3];

  @Test
  void lookup_afterAnySequenceOfAnswers_equalsTheEvaluationOrMisses() throws IOException {
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      var questions = new RandomQuestions(random);
      NixValue root = questions.root();
      var selectors = new ArrayList<Selector>();
      for (int i = 0; i < 8; i++) {
        selectors.add(questions.selector(root));
      }
      var tree = new SelectionTree();
      for (int asked = 0; asked <= 5; asked++) {
        for (int i = 0; i < selectors.size(); i++) {
          for (ValueEncoding encoding : ValueEncoding.values()) {
            check(tree, root, selectors.get(i), encoding, i >= asked, round);
          }
        }
        tell(tree, root, selectors.get(asked), random.nextInt(6) > 0, round);
        SelectionTreeInvariants.check(tree);
      }
    }
    System.out.printf(
        "of selectors not asked before: %d hits, %d mismatches, %d misses%n",
        unasked[0], unasked[1], unasked[2]);
    int all = unasked[0] + unasked[1] + unasked[2];
    // A tree that always misses is never wrong, and useless.
    assertThat(unasked[0]).as("hits among %d", all).isGreaterThan(all / 8);
    assertThat(unasked[1]).as("mismatches among %d", all).isGreaterThan(all / 100);
  }

  @Test
  void insert_inAnyOrder_leavesTheSameKnowledge() throws IOException {
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int round = 0; round < ROUNDS / 10; round++) {
      var questions = new RandomQuestions(random);
      NixValue root = questions.root();
      var selectors = new ArrayList<Selector>();
      for (int i = 0; i < 5; i++) {
        selectors.add(questions.selector(root));
      }
      var tree = new SelectionTree();
      for (Selector selector : selectors) {
        tell(tree, root, selector, true, round);
      }
      Collections.shuffle(selectors, random);
      var other = new SelectionTree();
      for (Selector selector : selectors) {
        tell(other, root, selector, true, round);
      }
      assertThat(other.state().root())
          .as("seed %d, round %d: %s of %s", seed, round, selectors, root)
          .isEqualTo(tree.state().root());
    }
  }

  @Test
  void lookup_belowAWholePlainValue_alwaysAnswers() throws IOException {
    System.out.println("seed " + seed);
    var random = new Random(seed);
    int answered = 0;
    for (int round = 0; round < ROUNDS / 10; round++) {
      var questions = new RandomQuestions(random);
      NixValue root = questions.root();
      if (!(ReferenceEvaluator.evaluate(root, Selector.ROOT, ValueEncoding.TYPED)
              instanceof Outcome.Value(String json))
          || json.contains("derivation\":{")
          || json.contains("outPath\":")
          || json.contains("toString\":")
          // A whole number may be a float that Nix 2.8 printed.
          || root.toString().matches("(?s).*json=-?[0-9]+,.*")) {
        continue;
      }
      var tree = new SelectionTree();
      tree.insert(Selector.ROOT, parse(json));
      for (int i = 0; i < 10; i++) {
        Selector selector = questions.selector(root);
        assertThat(tree.lookup(selector, ValueEncoding.TYPED))
            .as("seed %d, round %d: %s of %s", seed, round, selector, root)
            .isNotEqualTo(Lookup.Miss.MISS);
        answered++;
      }
    }
    assertThat(answered).isGreaterThan(ROUNDS / 20);
  }

  private void check(
      SelectionTree tree,
      NixValue root,
      Selector selector,
      ValueEncoding encoding,
      boolean isUnasked,
      int round) {
    Outcome expected = ReferenceEvaluator.evaluate(root, selector, encoding);
    Lookup found = tree.lookup(selector, encoding);
    boolean right =
        switch (found) {
          case Lookup.Miss miss -> true;
          case Lookup.Kept kept -> expected.equals(value(kept.answer().json()));
          case Lookup.Hit(TypedValue value) ->
              switch (encoding) {
                case TYPED -> expected.equals(value(value.typedJson()));
                case JSON ->
                    value.json() instanceof JsonForm.Text text
                        && expected.equals(value(text.json()));
              };
          case Lookup.Mismatched(Mismatch mismatch, boolean complete) ->
              expected instanceof Outcome.Mismatched(Mismatch should)
                  && (complete ? mismatch.equals(should) : isLessOf(mismatch, should));
        };
    assertThat(right)
        .as(
            "seed %d, round %d: %s (%s) of %s: expected %s, found %s",
            seed, round, selector, encoding, root, expected, found)
        .isTrue();
    if (isUnasked) {
      unasked[
          switch (found) {
            case Lookup.Hit hit -> 0;
            case Lookup.Kept kept -> 0;
            case Lookup.Mismatched mismatched -> 1;
            case Lookup.Miss miss -> 2;
          }]++;
    }
  }

  /** Whether two mismatches are the same, but for suggestions that one does not know. */
  private static boolean isLessOf(Mismatch found, Mismatch expected) {
    return found instanceof Mismatch.Missing(int step, List<String> at, String name, var names)
        && expected
            instanceof
            Mismatch.Missing(int realStep, List<String> realAt, String realName, var realNames)
        && step == realStep
        && at.equals(realAt)
        && name.equals(realName)
        && realNames.containsAll(names);
  }

  /** Asks the reference evaluator, and tells the tree. */
  private void tell(SelectionTree tree, NixValue root, Selector selector, boolean typed, int round)
      throws IOException {
    ValueEncoding encoding = typed ? ValueEncoding.TYPED : ValueEncoding.JSON;
    switch (ReferenceEvaluator.evaluate(root, selector, encoding)) {
      case Outcome.Failed failed -> {}
      case Outcome.Mismatched(Mismatch mismatch) -> tree.insert(selector, mismatch);
      case Outcome.Value(String json) when !typed ->
          tree.keep(
              selector,
              encoding,
              false,
              new Lookup.WholeAnswer(json.getBytes(StandardCharsets.UTF_8), List.of()));
      case Outcome.Value(String json) -> {
        tree.insert(selector, parse(json));
        assertThat(tree.lookup(selector, encoding))
            .as("seed %d, round %d: %s of %s was told", seed, round, selector, root)
            .isInstanceOf(Lookup.Hit.class);
        TypedValue told = parse(json);
        if (!(told.json() instanceof JsonForm.NeedsNix)) {
          // Whoever has evaluated for one encoding need not do so for the other.
          switch (tree.lookup(selector, ValueEncoding.JSON)) {
            case Lookup.Hit(TypedValue value) ->
                assertThat(written(value.json()))
                    .as("seed %d, round %d: %s of %s in JSON", seed, round, selector, root)
                    .isEqualTo(written(told.json()));
            case Lookup.Mismatched(Mismatch mismatch, boolean complete) ->
                assertThat(told.json())
                    .as("seed %d, round %d: %s of %s in JSON", seed, round, selector, root)
                    .isInstanceOf(JsonForm.NotSerialisable.class);
            case Lookup.Kept kept -> {}
            case Lookup.Miss miss ->
                throw new AssertionError("seed " + seed + ": " + selector + " of " + root);
          }
        }
        Knowledge before = tree.state().root();
        assertThat(tree.insert(selector, parse(json))).as("nothing new").isFalse();
        assertThat(tree.state().root()).isSameAs(before);
      }
    }
  }

  /** A form that equals another if both say the same. */
  private static Object written(JsonForm form) {
    return form instanceof JsonForm.Text text
        ? new String(text.json(), StandardCharsets.UTF_8)
        : form;
  }

  private static Outcome value(byte[] json) {
    return new Outcome.Value(new String(json, StandardCharsets.UTF_8));
  }

  private static TypedValue parse(String json) throws IOException {
    return TypedValue.parse(json.getBytes(StandardCharsets.UTF_8));
  }
}
