package dev.arda.client.cli;

import static dev.arda.v1.OperationCounterKind.OPERATION_COUNTER_KIND_DOWNLOAD_BYTES;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_BUILD;
import static dev.arda.v1.OperationNodeKind.OPERATION_NODE_KIND_DOWNLOAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import dev.arda.client.FakeDaemon;
import dev.arda.client.cli.view.Events;
import dev.arda.v1.BuildOutcome;
import dev.arda.v1.BuildOutput;
import dev.arda.v1.BuildTarget;
import dev.arda.v1.BuildTargetOutcome;
import dev.arda.v1.CancelOperationResponse;
import dev.arda.v1.NixError;
import dev.arda.v1.NixSetting;
import dev.arda.v1.OperationEvent;
import dev.arda.v1.OperationResult;
import dev.arda.v1.OperationState;
import dev.arda.v1.PackageChange;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class BuildCommandTest extends CliTestCase {

  private static final CancelOperationResponse CANCELLING =
      CancelOperationResponse.newBuilder()
          .setOperation(Events.operation(OperationState.OPERATION_STATE_CANCELLING))
          .build();

  private static final String STORE = "/nix/store/0000-";

  private final Events events = new Events();

  private static BuildTargetOutcome.Builder target(String label, String... outputs) {
    var target = BuildTargetOutcome.newBuilder().setLabel(label);
    for (var output : outputs) {
      target.addOutputs(BuildOutput.newBuilder().setName("out").setPath(STORE + output));
    }
    return target;
  }

  private static BuildTargetOutcome.Builder failed(String label, String drv) {
    return target(label)
        .setFailedNodeId("0000-" + drv)
        .setError(
            FakeDaemon.error(
                Code.FAILED_PRECONDITION,
                "BUILD_FAILED",
                label + " cannot be built: builder failed with exit code 1",
                NixError.newBuilder()
                    .setMessage("builder failed with exit code 1")
                    .setLogTail("checking\n\u001b[31mno such file\n")
                    .build()));
  }

  private OperationEvent end(OperationState state, BuildTargetOutcome.Builder... targets) {
    var outcome = BuildOutcome.newBuilder();
    for (var target : targets) {
      outcome.addTargets(target);
    }
    return events.finished(3, state, OperationResult.newBuilder().setBuild(outcome).build());
  }

  private void script(OperationEvent... script) {
    cli.daemon.build = (after, told) -> told.send(script);
  }

  @Test
  void outputs_arePrinted_oneALine_andNothingElse() {
    script(
        events.accepted(),
        events.update(0, Events.nodes(Events.building("a", 0))),
        end(
            OperationState.OPERATION_STATE_SUCCEEDED,
            target(".#a", "a", "a-dev"),
            target(".#b", "b")));
    var result = cli.run("build", ".#a^out,dev", ".#b");
    assertThat(result.out()).isEqualTo(STORE + "a\n" + STORE + "a-dev\n" + STORE + "b\n");
    assertThat(result.err()).isEqualTo("building a\n");
    assertThat(result.code()).isZero();
  }

  @Test
  void settingsOfNix_haveOptionsOfTheirNames() {
    script(events.accepted(), end(OperationState.OPERATION_STATE_SUCCEEDED));
    cli.run("build", "--builders", "", "-j", "auto", "--option", "fallback", "true", "--cores=2");
    assertThat(cli.daemon.builds.getFirst().getContext().getOptions().getSettingsList())
        .extracting(NixSetting::getName, NixSetting::getValue)
        .containsExactly(
            tuple("fallback", "true"),
            tuple("max-jobs", "auto"),
            tuple("cores", "2"),
            tuple("builders", ""));
  }

  @Test
  void request_saysWhatWasTyped() {
    script(events.accepted(), end(OperationState.OPERATION_STATE_SUCCEEDED));
    cli.run(
        "build",
        "--host",
        "web01",
        "--user=alice",
        ".#a",
        "--host",
        "db01",
        "-k",
        "--flake",
        "x",
        "--gcroot",
        "roots");
    var request = cli.daemon.builds.getFirst();
    assertThat(request.getTargetsList())
        .containsExactly(
            BuildTarget.newBuilder().setInstallable(".#a").build(),
            BuildTarget.newBuilder().setHost("web01").build(),
            BuildTarget.newBuilder().setHost("db01").build(),
            BuildTarget.newBuilder().setUser("alice").build());
    assertThat(request.getKeepGoing()).isTrue();
    assertThat(request.getFlake()).isEqualTo("x");
    assertThat(request.getOutLink()).isEqualTo(directory + "/result");
    assertThat(request.getGcrootDirectory()).isEqualTo(directory + "/roots");
    assertThat(request.getRequestId()).hasSize(36);
    assertThat(request.getDetached()).isFalse();
    assertThat(request.getDiffAgainst()).isEmpty();
  }

  @Test
  void withoutTargets_theDefaultPackageIsBuilt() {
    script(events.accepted(), end(OperationState.OPERATION_STATE_SUCCEEDED));
    cli.run("build", "--no-link");
    cli.run("build", "--flake", "../x", "-o", "there");
    assertThat(cli.daemon.builds)
        .extracting(request -> request.getTargets(0).getInstallable())
        .containsExactly("#", "../x");
    assertThat(cli.daemon.builds)
        .extracting(request -> request.getOutLink())
        .containsExactly("", directory + "/there");
  }

  @Test
  void failure_namesEachTarget_theWordsOfNix_theLog_andWhereTheRestIs() {
    script(
        events.accepted(),
        end(
            OperationState.OPERATION_STATE_FAILED,
            failed(".#a", "lib.drv"),
            target(".#b", "b"),
            failed(".#c", "lib.drv")));
    var result = cli.run("build", ".#a", ".#b", ".#c");
    assertThat(result.out()).isEqualTo(STORE + "b\n");
    assertThat(result.err())
        .isEqualTo(
            """
            error: .#a cannot be built: builder failed with exit code 1
                   its log:
                   > checking
                   > \\u001b[31mno such file
                   whole log: arda ops logs abcd2345 --node 0000-lib.drv
            error: .#c cannot be built: builder failed with exit code 1
            error: 2 of 3 targets failed
            """);
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void operationThatFailsAsAWhole_saysWhy() {
    script(
        events.accepted(),
        events.finished(
            1,
            OperationState.OPERATION_STATE_FAILED,
            OperationResult.newBuilder()
                .setError(FakeDaemon.error(Code.FAILED_PRECONDITION, "NIX_NOT_FOUND", "no nix"))
                .build()));
    var result = cli.run("build");
    assertThat(result.err()).isEqualTo("error: no nix\n");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void quiet_printsOnlyResultsAndErrors() {
    script(
        events.accepted(),
        events.update(0, Events.nodes(Events.building("a", 0))),
        end(OperationState.OPERATION_STATE_SUCCEEDED, target(".#a", "a")));
    var result = cli.run("build", "--quiet", ".#a");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo(STORE + "a\n");
  }

  @Test
  void json_printsTheEvents_andTheirLastHasTheOutcome() throws Exception {
    script(events.accepted(), end(OperationState.OPERATION_STATE_SUCCEEDED, target(".#a", "a")));
    var result = cli.run("build", "--json", ".#a");
    var lines = result.out().lines().toList();
    assertThat(lines).hasSize(2);
    var last = OperationEvent.newBuilder();
    JsonFormat.parser().merge(lines.getLast(), last);
    assertThat(last.getFinished().getOperation().getResult().getBuild().getTargets(0).getOutputs(0))
        .isEqualTo(BuildOutput.newBuilder().setName("out").setPath(STORE + "a").build());
    assertThat(result.err()).isEmpty();
  }

  @Test
  void logs_areShownWhenAskedFor() {
    var a = Events.building("a", 0);
    script(
        events.accepted(),
        events.update(0, Events.nodes(a).addLogs(Events.log(a, "hello\n"))),
        end(OperationState.OPERATION_STATE_SUCCEEDED, target(".#a", "a")));
    assertThat(cli.run("build", "-L").err()).isEqualTo("building a\na> hello\n");
  }

  @Test
  void dryRun_printsThePlan_andMakesNoLink() {
    script(
        events.accepted(),
        events.update(
            0,
            Events.nodes(
                    Events.node(OPERATION_NODE_KIND_BUILD, "a").setStorePath(STORE + "a.drv"),
                    Events.node(OPERATION_NODE_KIND_DOWNLOAD, "b").setStorePath(STORE + "b"))
                .addCounters(
                    Events.counter(OPERATION_COUNTER_KIND_DOWNLOAD_BYTES, 0, 0, 0, 47_300_000))),
        end(OperationState.OPERATION_STATE_SUCCEEDED, target(".#a")));
    var result = cli.run("build", "--dry-run", ".#a");
    assertThat(result.out()).isEqualTo("build " + STORE + "a.drv\ndownload " + STORE + "b\n");
    assertThat(result.err()).isEqualTo("1 to build, 1 to download (45.1 MiB)\n");
    assertThat(cli.daemon.builds.getFirst().getValidateOnly()).isTrue();
    assertThat(cli.daemon.builds.getFirst().getOutLink()).isEmpty();
  }

  @Test
  void detach_printsTheName_andLeaves() {
    cli.daemon.build =
        (after, told) -> {
          told.send(events.accepted());
          told.awaitCancel();
        };
    var result = cli.run("build", "--detach", ".#a");
    assertThat(result.out()).isEqualTo("operations/abcd2345\n");
    assertThat(result.code()).isZero();
    assertThat(cli.daemon.builds.getFirst().getDetached()).isTrue();
  }

  @Test
  void diff_isATable() throws IOException {
    Files.createFile(directory.resolve("old"));
    Files.createSymbolicLink(directory.resolve("result"), directory.resolve("old"));
    script(
        events.accepted(),
        end(
            OperationState.OPERATION_STATE_SUCCEEDED,
            target(".#a", "a")
                .setClosureBytes(47_300_000)
                .setClosureBytesChange(-2_000_000)
                .addChanges(
                    PackageChange.newBuilder()
                        .setPackage("hello")
                        .addVersionsBefore("2.10")
                        .addVersionsAfter("2.12.1")
                        .setBytesChange(1_234))
                .addChanges(
                    PackageChange.newBuilder()
                        .setPackage("日本-x")
                        .addVersionsAfter("")
                        .setBytesChange(12_000_000))
                .addChanges(
                    PackageChange.newBuilder()
                        .setPackage("same")
                        .addVersionsBefore("1")
                        .addVersionsAfter("1"))
                .addChanges(
                    PackageChange.newBuilder()
                        .setPackage("plain")
                        .addVersionsBefore("")
                        .addVersionsAfter(""))
                .addChanges(
                    PackageChange.newBuilder()
                        .setPackage("old")
                        .addVersionsBefore("1")
                        .addVersionsBefore("2"))));
    var result = cli.run("build", "--diff", ".#a");
    assertThat(cli.daemon.builds.getFirst().getDiffAgainst())
        .isEqualTo(directory.toRealPath() + "/old");
    assertThat(cli.daemon.builds.getFirst().getTargetsList()).hasSize(1);
    assertThat(result.err())
        .isEqualTo(
            """
            .#a against %s/old
              hello   2.10 → 2.12.1   +1.2 KiB
              日本-x  new            +11.4 MiB
              same    1 built anew
              plain   built anew
              old     gone 1, 2
              closure: 45.1 MiB (-1.9 MiB)
            """
                .formatted(directory.toRealPath()));
  }

  @Test
  void whatDoesNotFitTogether_isRefused_andSaysWhatToDo() {
    assertThat(cli.run("build", "--dry-run", "--detach").code()).isEqualTo(2);
    assertThat(cli.run("build", "--no-link", "-o", "x").err()).contains("exclude each other");
    assertThat(cli.run("build", "-o", ".#a").err()).contains("looks like a target");
    assertThat(cli.run("build", "--diff", ".#a").err()).contains("no result", "--diff=PATH");
    assertThat(cli.run("build", "--diff", "--no-link").err()).contains("--diff=PATH");
    assertThat(cli.daemon.builds).isEmpty();
  }

  /** A command whose build has begun and was told of; it goes on with the rest. */
  private CompletableFuture<Cli.Result> begun(FakeDaemon.Operation rest) throws Exception {
    var running = new CountDownLatch(1);
    cli.daemon.build =
        (after, told) -> {
          told.send(events.accepted(), events.update(0, Events.nodes(Events.building("a", 0))));
          running.countDown();
          rest.tell(after, told);
        };
    var result = CompletableFuture.supplyAsync(() -> cli.run("build", ".#a"));
    assertThat(running.await(60, TimeUnit.SECONDS)).isTrue();
    assertThat(cli.said.await(60, TimeUnit.SECONDS)).isTrue();
    return result;
  }

  @Test
  void interrupt_cancels_showsTheEnd_andExitsWith130() throws Exception {
    var cancelled = new CountDownLatch(1);
    cli.daemon.onCancel =
        request -> {
          cancelled.countDown();
          return CANCELLING;
        };
    var result =
        begun((after, told) -> {
          cancelled.await();
          told.send(end(OperationState.OPERATION_STATE_CANCELLED));
        });
    assertThat(cli.interruption.interrupt()).isFalse();
    assertThat(result.get(60, TimeUnit.SECONDS).code()).isEqualTo(130);
    assertThat(result.get().err())
        .contains("cancelling (press ^C again to leave at once)\n")
        .endsWith("cancelled\n");
    assertThat(cli.daemon.cancellations.getFirst().getRequestId())
        .isEqualTo(cli.daemon.builds.getFirst().getRequestId());
  }

  @Test
  void interrupt_isNotSaidToFail_whereItsAnswerComesAfterTheEnd() throws Exception {
    var cancelled = new CountDownLatch(1);
    var answer = new CompletableFuture<CancelOperationResponse>();
    cli.daemon.onCancel =
        request -> {
          cancelled.countDown();
          return answer.join();
        };
    var result =
        begun((after, told) -> {
          cancelled.await();
          told.send(end(OperationState.OPERATION_STATE_CANCELLED));
        });
    var interrupted = CompletableFuture.runAsync(cli.interruption::interrupt);
    assertThat(result.get(60, TimeUnit.SECONDS).code()).isEqualTo(130);
    interrupted.get(60, TimeUnit.SECONDS);
    answer.complete(CANCELLING);
    assertThat(cli.errors()).endsWith("leave at once)\ncancelled\n");
  }

  @Test
  void secondInterrupt_leavesAtOnce() throws Exception {
    var left = new CountDownLatch(1);
    cli.daemon.onCancel = request -> CANCELLING;
    var result =
        begun((after, told) -> {
          if (told.awaitCancel()) {
            left.countDown();
          }
        });
    assertThat(cli.interruption.interrupt()).isFalse();
    assertThat(cli.interruption.interrupt()).isTrue();
    assertThat(result.get(60, TimeUnit.SECONDS).code()).isEqualTo(130);
    assertThat(left.await(60, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void lostConnection_isFollowedByAnother_fromTheNextEvent() {
    cli.daemon.build =
        (after, told) -> {
          told.send(events.accepted(), events.update(0, Events.nodes(Events.building("a", 0))));
          throw io.grpc.Status.UNAVAILABLE.asException();
        };
    cli.daemon.watch =
        (after, told) ->
            told.send(
                events.update(1, Events.nodes(Events.succeeded(Events.building("a", 0), 1))),
                end(OperationState.OPERATION_STATE_SUCCEEDED, target(".#a", "a")));
    var result = cli.run("build", ".#a");
    assertThat(result.err()).isEqualTo("building a\nbuilt a in 1.0s\n");
    assertThat(result.out()).isEqualTo(STORE + "a\n");
    assertThat(cli.daemon.watches)
        .singleElement()
        .matches(watch -> watch.getAfterSequence() == 2)
        .matches(watch -> watch.getName().equals(Events.NAME));
  }

  @Test
  void daemonThatEndedMeanwhile_isSaid_andExitsWith69() {
    cli.daemon.build =
        (after, told) -> {
          told.send(events.accepted());
          throw io.grpc.Status.UNAVAILABLE.asException();
        };
    cli.daemon.watch = (after, told) -> told.send(end(OperationState.OPERATION_STATE_INTERRUPTED));
    var result = cli.run("build", ".#a");
    assertThat(result.err())
        .isEqualTo(
            """
            error: the daemon ended while it worked on operations/abcd2345
                   what it printed until then: arda ops logs abcd2345
                   what happened to the daemon: arda daemon logs
            """);
    assertThat(result.code()).isEqualTo(69);
  }

  @Test
  void cancellationBySomebodyElse_isAFailure() {
    script(events.accepted(), end(OperationState.OPERATION_STATE_CANCELLED));
    var result = cli.run("build", ".#a");
    assertThat(result.err()).contains("was cancelled by somebody else");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void help_namesEveryOption() {
    assertThat(cli.run("build", "--help").out())
        .contains(
            List.of("--host", "--user", "--out-link", "--no-link", "--gcroot", "--diff[=PATH]"))
        .contains("--keep-going", "--dry-run", "--detach", "--print-build-logs", "--quiet");
  }
}
