package dev.arda.nix.flake.eval;

import dev.arda.nix.flake.eval.Evaluator.Outcome;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.ValueEncoding;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A question about many parts of a value ({@code nixosConfigurations.*.config.x}), cut into
 * questions about some of them each, whose answers together are, byte for byte, the answer to the
 * whole.
 *
 * @param parts the questions, in the order of the answer
 */
record FleetSplit(List<Question> parts) {

  /** Fewer are not worth it. */
  private static final int FEWEST = 8;

  /** So many elements of a list are told, and no more. */
  private static final int LIST_NAMES = 1_000;

  /** How long the names may be together, in UTF-16 units; they become part of the questions. */
  private static final int LONGEST = 20_000;

  private static final byte[] ATTRIBUTES = "{\"attrs\":{".getBytes(StandardCharsets.US_ASCII);

  /**
   * The question whose answer tells what a question can be cut into; empty if it cannot be: it asks
   * for the value below every attribute of one that is reached by names.
   */
  static Optional<Question> namesFor(Question question) {
    List<Step> steps = question.selector().steps();
    int all = steps.indexOf(new Step.All());
    boolean fits =
        question.ask() == Question.Ask.VALUE
            && all > 0
            && all < steps.size() - 1
            && steps.subList(0, all).stream().allMatch(step -> step instanceof Step.Name);
    return fits
        ? Optional.of(new Question(new Selector(steps.subList(0, all)), Question.Ask.NAMES))
        : Optional.empty();
  }

  /**
   * Cuts a question for which {@link #namesFor} has an answer.
   *
   * @param names what it was
   * @param count the greatest number of parts
   * @return empty if it is better asked as a whole
   */
  static Optional<FleetSplit> of(Question question, List<String> names, int count) {
    if (names.size() < FEWEST
        || names.size() >= LIST_NAMES
        || names.stream().mapToInt(String::length).sum() > LONGEST
        // With one of these a set is not written as its parts.
        || names.contains("outPath")
        || names.contains("__toString")) {
      return Optional.empty();
    }
    List<Step> steps = question.selector().steps();
    int all = steps.indexOf(new Step.All());
    int parts = Math.min(count, names.size());
    var result = new ArrayList<Question>();
    for (int i = 0; i < parts; i++) {
      var some =
          names.subList(names.size() * i / parts, names.size() * (i + 1) / parts).stream()
              .map(name -> new Step.Entry(name, false))
              .toList();
      var changed = new ArrayList<>(steps);
      changed.set(all, new Step.Names(some));
      result.add(new Question(new Selector(changed), question.ask()));
    }
    return Optional.of(new FleetSplit(List.copyOf(result)));
  }

  /**
   * The outcome of the whole: the values joined, or the failure that a whole evaluation would have
   * met. That is the first one that ends an evaluation; else the first that is found in what was
   * evaluated.
   *
   * @param outcomes those of the parts, in order; after one that ended an evaluation there may be
   *     none
   * @return empty if the values cannot be joined
   */
  static Optional<Outcome> join(List<Outcome> outcomes, ValueEncoding encoding) {
    for (Outcome outcome : outcomes) {
      if (!(outcome instanceof Outcome.Answered)) {
        return Optional.of(outcome);
      }
    }
    var values = new ArrayList<byte[]>();
    for (Outcome outcome : outcomes) {
      if (!(outcome instanceof Outcome.Answered(Answer.Value(byte[] json, var _)))) {
        return Optional.of(outcome);
      }
      values.add(json);
    }
    return joinValues(values, encoding)
        .map(json -> new Outcome.Answered(new Answer.Value(json, List.of())));
  }

  private static Optional<byte[]> joinValues(List<byte[]> values, ValueEncoding encoding) {
    boolean list = values.getFirst().length > 0 && values.getFirst()[0] == '[';
    byte[] head =
        list
            ? new byte[] {'['}
            : switch (encoding) {
              case JSON -> new byte[] {'{'};
              case TYPED -> ATTRIBUTES;
            };
    int tail = head.length == ATTRIBUTES.length ? 2 : 1;
    var out = new ByteArrayOutputStream(values.stream().mapToInt(value -> value.length).sum());
    for (int i = 0; i < values.size(); i++) {
      byte[] value = values.get(i);
      if (!startsWith(value, head) || value.length <= head.length + tail) {
        return Optional.empty();
      }
      boolean last = i == values.size() - 1;
      int from = i == 0 ? 0 : head.length;
      out.write(value, from, (last ? value.length : value.length - tail) - from);
      if (!last) {
        out.write(',');
      }
    }
    return Optional.of(out.toByteArray());
  }

  private static boolean startsWith(byte[] value, byte[] head) {
    return value.length >= head.length
        && java.util.Arrays.equals(value, 0, head.length, head, 0, head.length);
  }
}
