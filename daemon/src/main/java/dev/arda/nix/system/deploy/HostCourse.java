package dev.arda.nix.system.deploy;

import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/**
 * Where one host is on its way, what is known of it, and how it ended; tells the listener. Used by
 * one thread at a time.
 */
final class HostCourse {

  private final String name;
  private final DeployListener listener;
  private final long began = System.nanoTime();
  private final CompletableFuture<HostResult> finished = new CompletableFuture<>();
  private String target = "";
  private String system = "";
  private Optional<TargetFacts> facts = Optional.empty();
  private Optional<ClosureDiff> diff = Optional.empty();
  private Stage stage = Stage.PREFLIGHT;

  HostCourse(String name, DeployListener listener) {
    this.name = name;
    this.listener = listener;
  }

  // What is known

  String name() {
    return name;
  }

  /** The host with where it is, for messages. */
  String label() {
    return target.isEmpty() ? name : "%s (%s)".formatted(name, target);
  }

  /** Where it is, is known. */
  void isAt(String where) {
    target = where;
  }

  /** What its target was before anything was done. */
  Optional<TargetFacts> facts() {
    return facts;
  }

  /** Its target was looked at. */
  void saw(TargetFacts seen) {
    facts = Optional.of(seen);
  }

  /** Store path of the system that is wished; empty: not known yet. */
  String system() {
    return system;
  }

  /** What is wished is known. */
  void wants(String path) {
    system = path;
  }

  /** What changes is known. */
  void differsBy(Optional<ClosureDiff> difference) {
    diff = difference;
  }

  /** Whether it runs NixOS or macOS of which a store path is known. */
  Optional<String> before() {
    return facts.flatMap(TargetFacts::current);
  }

  // Where it is

  /** Whether there is a result. */
  boolean isOver() {
    return finished.isDone();
  }

  /** Completes when it is over; never exceptionally. */
  CompletableFuture<HostResult> finished() {
    return finished;
  }

  void begin(Stage next) {
    stage = next;
    listener.stage(name, next, StageState.RUNNING, "");
  }

  void done(String detail) {
    listener.stage(name, stage, StageState.SUCCEEDED, detail);
  }

  /** What it does, in one line. */
  void does(String detail) {
    listener.stage(name, stage, StageState.RUNNING, detail);
  }

  void line(String line) {
    listener.line(name, stage, line);
  }

  void warning(String text) {
    listener.warning(name, text);
  }

  /** A stage; a failure of it is the end of this host and of no other. */
  void guarded(Stage next, Runnable work) {
    if (isOver()) {
      return;
    }
    begin(next);
    try {
      work.run();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        cancelled();
      } else {
        over(ending(e), Optional.of(e));
      }
    }
  }

  private static Ending ending(NixException failure) {
    return switch (failure.reason()) {
      case HOST_UNFIT, HOST_NOT_NIXOS, HOST_BUSY, PASSWORD_REQUIRED, PASSWORD_REJECTED ->
          Ending.REFUSED;
      default -> Ending.FAILED;
    };
  }

  // How it ends

  /** It is over in a stage that there was nothing to do in. */
  void over(Stage in, Ending ending, Optional<NixException> failure) {
    stage = in;
    over(ending, failure);
  }

  /** It is not gone on with, because nobody wants it any more. */
  void cancelled() {
    if (!isOver()) {
      cancelled(
          stage,
          new SystemException(
              Reason.CANCELLED,
              "%s was given up before anything was activated: it runs what it ran."
                  .formatted(name)));
    }
  }

  /** It was given up in a stage. */
  void cancelled(Stage in, NixException why) {
    stage = in;
    listener.stage(name, stage, StageState.CANCELLED, "");
    over(Ending.CANCELLED, Optional.of(why));
  }

  /** Nothing was activated. */
  void over(Ending ending, Optional<NixException> failure) {
    over(
        ending,
        failure,
        List.of(),
        before().orElse(""),
        facts.map(TargetFacts::generation).orElse(OptionalInt.empty()));
  }

  /** It is over. */
  void over(
      Ending ending,
      Optional<NixException> failure,
      List<String> failedUnits,
      String running,
      OptionalInt newGeneration) {
    failure
        .filter(_ -> ending != Ending.SKIPPED && ending != Ending.CANCELLED)
        .ifPresent(why -> listener.stage(name, stage, StageState.FAILED, why.getMessage()));
    var result =
        new HostResult(
            name,
            target,
            ending,
            stage,
            system,
            before().orElse(""),
            running,
            newGeneration,
            diff,
            failedUnits,
            Duration.ofNanos(System.nanoTime() - began),
            failure.map(why -> why instanceof SystemException ? named(why) : why));
    listener.finished(result);
    finished.complete(result);
  }

  private NixException named(NixException why) {
    return new SystemException(
        why.reason(), why.getMessage(), Details.NONE.with("host", name).with(why));
  }
}
