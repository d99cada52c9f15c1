package dev.arda.nix.flake.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.eval.Evaluator.Outcome;
import dev.arda.nix.flake.eval.FleetSplit.Piece;
import dev.arda.nix.flake.eval.Repl.NotStarted;
import dev.arda.nix.flake.selector.SelectorParser;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.ValueEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FleetWorkTest {

  private static final List<String> NAMES =
      IntStream.range(0, 50).mapToObj(i -> "h%02d".formatted(i)).toList();

  private static final FleetSplit SPLIT =
      FleetSplit.of(
              new Question(SelectorParser.parse("hosts.*.n").selector(), Question.Ask.VALUE), NAMES)
          .orElseThrow();

  private static final Duration AT_ONCE = Duration.ZERO;

  private static List<String> hosts(Question question) {
    return ((Step.Names) question.selector().steps().get(1))
        .entries().stream().map(Step.Entry::name).toList();
  }

  private static Outcome value(List<String> hosts) {
    String json =
        hosts.stream().map(host -> "\"" + host + "\":1").collect(Collectors.joining(",", "{", "}"));
    return new Outcome.Answered(new Answer.Value(json.getBytes(StandardCharsets.UTF_8), List.of()));
  }

  private static Outcome broken(String message) {
    return new Outcome.Broken(new NixErrorDetail(message, Optional.empty(), List.of(), ""));
  }

  private static List<Piece> run(
      FleetWork.Plan plan, ProgressListener progress, FleetWork.Part part) throws Exception {
    return new FleetWork(SPLIT, plan, progress).run(part);
  }

  @Test
  void run_severalWorkers_everyPartOnceInOrder() throws Exception {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    List<Long> told = Collections.synchronizedList(new ArrayList<>());
    var pieces =
        run(
            new FleetWork.Plan(3, AT_ONCE, false),
            progress -> told.add(progress.done()),
            (question, helper) -> {
              for (String host : hosts(question)) {
                assertThat(seen.add(host)).isTrue();
              }
              return value(hosts(question));
            });

    assertThat(seen).hasSize(50);
    assertThat(told).endsWith(50L).isSorted();
    assertThat(joined(pieces)).isEqualTo(text(value(NAMES)));
  }

  @Test
  void run_oneWorkerOfTwo_sharesShrinkTowardsTheEnd() throws Exception {
    var sizes = new ArrayList<Integer>();
    var _ =
        run(
            new FleetWork.Plan(1, Duration.ofDays(1), false),
            ProgressListener.NONE,
            (question, helper) -> {
              sizes.add(hosts(question).size());
              return value(hosts(question));
            });

    assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(50);
    assertThat(sizes.getFirst()).isEqualTo(12);
    assertThat(sizes).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(sizes).endsWith(1, 1, 1);
  }

  @Test
  void run_evenPlan_oneShareForEach() throws Exception {
    var sizes = Collections.synchronizedList(new ArrayList<Integer>());
    var _ =
        run(
            new FleetWork.Plan(1, AT_ONCE, true),
            ProgressListener.NONE,
            (question, helper) -> {
              sizes.add(hosts(question).size());
              return value(hosts(question));
            });

    assertThat(sizes).containsExactly(25, 25);
  }

  @Test
  void run_twoFail_theFirstIsNamedAndWhatWasAnsweredBeforeIsKept() throws Exception {
    for (int helpers = 0; helpers < 4; helpers++) {
      var pieces =
          run(
              new FleetWork.Plan(helpers, AT_ONCE, false),
              ProgressListener.NONE,
              (question, helper) ->
                  hosts(question).contains("h17")
                      ? broken("seventeen")
                      : hosts(question).contains("h03") ? broken("three") : value(hosts(question)));

      Outcome.Broken broken = (Outcome.Broken) SPLIT.join(pieces, ValueEncoding.JSON).orElseThrow();
      assertThat(broken.detail().message()).isEqualTo("three");
      assertThat(SelectorPrinter.print(broken.part().orElseThrow())).isEqualTo("hosts.h03.n");
      assertThat(pieces.stream().filter(piece -> piece.value().isPresent() && piece.to() <= 3))
          .satisfies(before ->
              assertThat(before.stream().mapToInt(piece -> piece.to() - piece.from()).sum())
                  .isEqualTo(3));
    }
  }

  @Test
  void run_helperFindsNoEvaluator_theWorkIsDoneAllTheSame() throws Exception {
    var pieces =
        run(
            new FleetWork.Plan(2, AT_ONCE, false),
            ProgressListener.NONE,
            (question, helper) -> {
              if (helper) {
                throw new NotStarted("no room", false);
              }
              return value(hosts(question));
            });

    assertThat(joined(pieces)).isEqualTo(text(value(NAMES)));
  }

  @Test
  void of_whatCannotBeJoined_isAskedAsAWhole() {
    var question = SPLIT.whole();
    assertThat(FleetSplit.of(question, NAMES.subList(0, 7))).isEmpty();
    var odd = new ArrayList<>(NAMES);
    odd.add("outPath");
    assertThat(FleetSplit.of(question, odd)).isEmpty();
    assertThat(
            FleetSplit.of(question, IntStream.range(0, 1000).mapToObj(Integer::toString).toList()))
        .as("perhaps a longer list")
        .isEmpty();
    assertThat(FleetSplit.of(question, IntStream.range(0, 3000).mapToObj(i -> "h" + i).toList()))
        .isPresent();
  }

  private static String joined(List<Piece> pieces) {
    return text(SPLIT.join(pieces, ValueEncoding.JSON).orElseThrow());
  }

  private static String text(Outcome outcome) {
    return outcome instanceof Outcome.Answered(Answer.Value value)
        ? new String(value.json(), StandardCharsets.UTF_8)
        : outcome.toString();
  }
}
