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
 * A question about many parts of a value ({@code nixosConfigurations.*.config.x}), which can be cut
 * into questions about some of them each, whose answers together are, byte for byte, the answer to
 * the whole.
 *
 * @param whole the question
 * @param star the index of the step that stands for the parts
 * @param names the names of the parts, in the order of the answer
 */
record FleetSplit(Question whole, int star, List<String> names) {

  /** Fewer are not worth it. */
  private static final int FEWEST = 8;

  /** So many elements of a list are told, and no more. */
  private static final int LIST_NAMES = 1_000;

  private static final byte[] ATTRIBUTES = "{\"attrs\":{".getBytes(StandardCharsets.US_ASCII);

  /** Copies the list. */
  FleetSplit {
    names = List.copyOf(names);
  }

  /**
   * What became of some parts.
   *
   * @param from index of the first
   * @param to index after the last
   * @param outcome the outcome of {@link #part}
   */
  record Piece(int from, int to, Outcome outcome) {

    /** The value, if it has one. */
    Optional<Answer.Value> value() {
      return outcome instanceof Outcome.Answered(Answer.Value value)
          ? Optional.of(value)
          : Optional.empty();
    }
  }

  /**
   * The question whose answer tells what a question can be cut into; empty if it cannot be: it asks
   * for the value below every attribute of one that is reached by names.
   */
  static Optional<Question> namesFor(Question question) {
    List<Step> steps = question.selector().steps();
    int star = steps.indexOf(new Step.All());
    boolean fits =
        question.ask() != Question.Ask.NAMES
            && question.ask() != Question.Ask.DESCRIBE
            && star > 0
            && star < steps.size() - 1
            && steps.subList(0, star).stream().allMatch(step -> step instanceof Step.Name);
    return fits
        ? Optional.of(new Question(new Selector(steps.subList(0, star)), Question.Ask.NAMES))
        : Optional.empty();
  }

  /**
   * Cuts a question for which {@link #namesFor} has an answer.
   *
   * @param names what it was
   * @return empty if it is better asked as a whole
   */
  static Optional<FleetSplit> of(Question question, List<String> names) {
    if (names.size() < FEWEST
        // Perhaps a list, of which not all is told.
        || (names.size() >= LIST_NAMES && names.getFirst().equals("0"))
        // With one of these a set is not written as its parts.
        || names.contains("outPath")
        || names.contains("__toString")) {
      return Optional.empty();
    }
    int star = question.selector().steps().indexOf(new Step.All());
    return Optional.of(new FleetSplit(question, star, names));
  }

  /** The question about the parts from an index to another. */
  Question part(int from, int to) {
    return with(
        new Step.Names(
            names.subList(from, to).stream().map(name -> new Step.Entry(name, false)).toList()));
  }

  private Question with(Step step) {
    var steps = new ArrayList<>(whole.selector().steps());
    steps.set(star, step);
    return new Question(new Selector(steps), whole.ask());
  }

  /**
   * The outcome of the whole: the values joined, or the failure that a whole evaluation would have
   * met. That is the first one that ends an evaluation; else the first that is found in what was
   * evaluated.
   *
   * @param pieces in order, without gaps up to the first that ended an evaluation
   * @return empty if the values cannot be joined
   */
  Optional<Outcome> join(List<Piece> pieces, ValueEncoding encoding) {
    for (Piece piece : pieces) {
      if (!(piece.outcome() instanceof Outcome.Answered)) {
        return Optional.of(named(piece));
      }
    }
    var values = new ArrayList<byte[]>();
    for (Piece piece : pieces) {
      if (piece.value().isEmpty()) {
        return Optional.of(piece.outcome());
      }
      values.add(piece.value().get().json());
    }
    if (values.stream().mapToLong(value -> value.length).sum() > LongAnswers.LONGEST) {
      return Optional.of(new Outcome.Refused(LongAnswers.tooLong(whole)));
    }
    return joinValues(values, encoding)
        .map(json -> new Outcome.Answered(new Answer.Value(json, List.of())));
  }

  /** The failure, and whose it is. */
  private Outcome named(Piece piece) {
    return piece.outcome() instanceof Outcome.Broken(var detail, var _)
            && piece.to() == piece.from() + 1
        ? new Outcome.Broken(
            detail, Optional.of(with(new Step.Name(names.get(piece.from()))).selector()))
        : piece.outcome();
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
