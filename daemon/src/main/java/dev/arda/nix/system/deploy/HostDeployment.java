package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.ClosureTransfer;
import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.store.StoreCopies.Copied;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One host on its way. Its stages are done by one thread at a time, and do nothing once it is over;
 * {@link #close} lets its target go.
 *
 * <p>Once the target has begun to activate, interrupting the thread has no effect until that is
 * over, one way or the other.
 */
final class HostDeployment implements AutoCloseable {

  /** Less free space than this, and the target cannot take anything. */
  private static final long LEAST_FREE_KIB = 100 * 1024;

  private final Host host;
  private final DeployRequest request;
  private final Means means;
  private final DeployListener listener;
  private final String root;
  private final long began = System.nanoTime();
  private final CompletableFuture<HostResult> finished = new CompletableFuture<>();
  private Optional<TargetAccess> access = Optional.empty();
  private Optional<Shell> shell = Optional.empty();
  private Optional<TargetLocks.Held> held = Optional.empty();
  private Optional<TargetFacts> facts = Optional.empty();
  private Optional<ClosureDiff> diff = Optional.empty();
  private Elevation elevation = Elevation.NONE;
  private String system = "";
  private int generation;
  private Stage stage = Stage.PREFLIGHT;

  HostDeployment(Host host, DeployRequest request, Means means, DeployListener listener) {
    this.host = host;
    this.request = request;
    this.means = means;
    this.listener = listener;
    this.root = TargetRoot.of(request.context(), host.name());
  }

  String name() {
    return host.name();
  }

  /** The host itself. */
  Host host() {
    return host;
  }

  /** Whether there is a result. */
  boolean isOver() {
    return finished.isDone();
  }

  /** Completes when it is over; never exceptionally. */
  CompletableFuture<HostResult> finished() {
    return finished;
  }

  /** Looks at the target. */
  void preflight() {
    guarded(
        Stage.PREFLIGHT,
        () -> {
          checkHost();
          var where = SshTarget.parse(address());
          var way = new TargetAccess(means, request, where);
          access = Optional.of(way);
          if (changesTarget()) {
            held = means.locks().tryTake(where + root);
            if (held.isEmpty()) {
              throw new SystemException(
                  Reason.HOST_BUSY,
                  "%s (%s) is being deployed to already; see: arda ops list"
                      .formatted(name(), where));
            }
          }
          var open = way.shared();
          shell = Optional.of(open);
          var seen = TargetAccess.look(open, root);
          facts = Optional.of(seen);
          TargetCheck.check(host, label(), seen, LEAST_FREE_KIB);
          if (changesTarget()) {
            elevation =
                Privileges.of(
                    label(),
                    seen,
                    open,
                    question -> listener.askPassword(name(), Stage.PREFLIGHT, question));
          }
          if (request.rollback().isPresent()) {
            var goal = TargetCheck.rollback(name(), seen, request.rollback().getAsInt());
            system = goal.path();
            generation = goal.number();
          }
          done(seen.current().orElse("nothing that is known runs there"));
        });
  }

  private boolean changesTarget() {
    return request.mode() != DeployMode.BUILD && !request.planOnly();
  }

  private String label() {
    return access.map(way -> "%s (%s)".formatted(name(), way.target())).orElseGet(this::name);
  }

  private void checkHost() {
    switch (host.kind()) {
      case NIXOS -> {}
      case DARWIN ->
          throw new SystemException(
              Reason.HOST_UNFIT,
              "%s is a Mac; arda cannot deploy to those yet. arda build --host %s builds its system."
                  .formatted(name(), name()));
      case UNKNOWN ->
          throw new SystemException(
              Reason.HOST_UNFIT,
              "%s has no configuration that could be built: there is no nixosConfigurations.%s."
                  .formatted(name(), name()));
    }
    var _ = new HostName(name());
  }

  private String address() {
    return request
        .reach()
        .targetHost()
        .orElseGet(() -> host.targetHost().isEmpty() ? name() : host.targetHost());
  }

  /**
   * The machine that is to build its system; empty: this one.
   *
   * @throws SystemException {@code HOST_TARGET_INVALID}
   */
  Optional<TargetAccess> builder() {
    return request
        .buildHost()
        .or(() -> Optional.of(host.buildHost()))
        .filter(text -> !text.isEmpty())
        .map(SshTarget::parse)
        .filter(where -> !where.isLocal())
        .map(where -> new TargetAccess(means, request, where));
  }

  /** Whether its target is this machine, and runs and boots its system from now on. */
  boolean isInPlaceHere() {
    return isOver()
        && finished.join().ending().isGood()
        && (request.mode() == DeployMode.SWITCH || request.mode() == DeployMode.BOOT)
        && access.filter(TargetAccess::isHere).isPresent();
  }

  /** Whether its target is that machine. */
  boolean isAt(TargetAccess other) {
    return access.filter(way -> way.target().equals(other.target())).isPresent();
  }

  /** What is deployed by a rollback; empty: it has to be built. */
  Optional<String> known() {
    return Optional.of(system).filter(path -> !path.isEmpty());
  }

  /** It was not, or could not be, evaluated or built. */
  void notBuilt(NixException failure) {
    if (!isOver()) {
      stage = Stage.BUILD;
      if (failure.reason() == Reason.CANCELLED) {
        cancelled(failure);
      } else {
        over(Ending.FAILED, Optional.of(failure));
      }
    }
  }

  /** It is not gone on with, because of others. */
  void skipped(String why) {
    if (!isOver()) {
      over(Ending.SKIPPED, Optional.of(new SystemException(Reason.CANCELLED, why)));
    }
  }

  /** It is not gone on with, because nobody wants it any more. */
  void cancelled() {
    if (!isOver()) {
      cancelled(
          new SystemException(
              Reason.CANCELLED,
              "%s was given up before anything was activated: it runs what it ran."
                  .formatted(name())));
    }
  }

  private void cancelled(NixException why) {
    listener.stage(name(), stage, StageState.CANCELLED, "");
    over(Ending.CANCELLED, Optional.of(why));
  }

  /** What was to be told was told. */
  void planned(String path) {
    if (!isOver()) {
      system = path;
      stage = Stage.BUILD;
      if (request.diff() && !path.isEmpty()) {
        compare();
      }
      over(Ending.PLANNED, Optional.empty());
    }
  }

  /** Builds its system on another machine, and brings it here unless its target has built it. */
  void buildAt(TargetAccess builder, String drvPath, String path) {
    guarded(
        Stage.BUILD,
        () -> {
          var detail =
              new RemoteBuild(means.stores(), request.context(), listener)
                  .run(name(), builder, drvPath, path, !isAt(builder));
          done(detail);
        });
  }

  /**
   * Its system is built: takes it to the target, unless the target runs and boots it already.
   *
   * @param path its store path
   * @param isThere whether the target has it
   */
  void copy(String path, boolean isThere) {
    if (isOver()) {
      return;
    }
    system = path;
    if (isAsWished(facts.orElseThrow())) {
      stage = Stage.ACTIVATE;
      over(Ending.UNCHANGED, Optional.empty());
      return;
    }
    guarded(
        Stage.COPY,
        () -> {
          if (isThere) {
            done("it is there");
          } else {
            done(
                transfer()
                    .copy(
                        path(system),
                        request.reach().substitute(),
                        one -> listener.stage(name(), Stage.COPY, StageState.RUNNING, one))
                    .map(HostDeployment::shown)
                    .orElse("it is here"));
            compare();
          }
        });
  }

  private boolean isAsWished(TargetFacts before) {
    var runs = before.current().filter(wanted()::equals).isPresent();
    var boots = before.profile().filter(system::equals).isPresent();
    return switch (request.mode()) {
      case SWITCH -> runs && boots;
      case BOOT -> boots;
      case TEST -> runs;
      case DRY_ACTIVATE, BUILD -> false;
    };
  }

  private String wanted() {
    return system + request.specialisation().map(name -> "/specialisation/" + name).orElse("");
  }

  private static String shown(Copied copied) {
    return copied.copied().isEmpty()
        ? "everything was there"
        : "%d of %d paths".formatted(copied.copied().size(), copied.paths());
  }

  private ClosureTransfer transfer() {
    return new ClosureTransfer(means.stores(), request.context(), shell.orElseThrow());
  }

  /** What changes; of interest, and no reason to fail. */
  private void compare() {
    var before = facts.flatMap(TargetFacts::current).flatMap(StorePath::of);
    if (before.isEmpty()) {
      return;
    }
    try {
      diff = Optional.of(transfer().compare(before.get(), path(system)));
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      listener.warning(name(), "the differences cannot be told: " + e.getMessage());
    }
  }

  /** The store path that a text is. */
  static StorePath path(String text) {
    return StorePath.of(text)
        .orElseThrow(
            () -> new SystemException(Reason.STORE_PATH_INVALID, text + " is no store path."));
  }

  /** Has the target activate its system, and says how that ended. */
  void activate() {
    guarded(Stage.ACTIVATE, () -> activate(facts.orElseThrow()));
  }

  private void activate(TargetFacts before) {
    var activation =
        new Activation(order(), shell.orElseThrow(), access.orElseThrow()::fresh, steps());
    var outcome = uninterrupted(activation::run);
    var ending = Endings.of(name(), request.mode(), before, wanted(), outcome);
    if (ending.failure().isEmpty()) {
      done("");
    }
    over(
        ending.ending(),
        ending.failure().map(failure -> failure),
        ending.newlyFailed(),
        outcome.current().orElse(""),
        outcome.generation());
  }

  private Activation.Order order() {
    var verification = request.verification();
    var checks = new ArrayList<>(host.healthChecks());
    checks.addAll(verification.checks());
    return new Activation.Order(
        "d-" + random(5),
        random(8),
        root,
        system,
        request.mode(),
        generation,
        request.mode().activates() ? verification.confirmation() : Duration.ZERO,
        request.specialisation().orElse(""),
        elevation,
        new HealthChecks(
            request.mode().activates() ? checks : List.of(), verification.checkLimit()));
  }

  private Activation.Steps steps() {
    return new Activation.Steps() {
      @Override
      public void activated() {
        done("it runs");
        begin(Stage.CONFIRM);
      }

      @Override
      public void line(String line) {
        listener.line(name(), stage, line);
      }

      @Override
      public void warning(String text) {
        listener.warning(name(), text);
      }
    };
  }

  private String random(int bytes) {
    var result = new byte[bytes];
    means.random().nextBytes(result);
    return HexFormat.of().formatHex(result);
  }

  /** Does something on a thread that nobody interrupts, and waits for it whatever happens. */
  private static <T> T uninterrupted(Supplier<T> work) {
    var result = new CompletableFuture<T>();
    Thread.ofVirtual()
        .name("arda-activation")
        .start(() -> {
          try {
            result.complete(work.get());
          } catch (Throwable failure) { // handed on, whatever it is
            result.completeExceptionally(failure);
          }
        });
    try {
      return result.join();
    } catch (java.util.concurrent.CompletionException e) {
      if (e.getCause() instanceof NixException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void begin(Stage next) {
    stage = next;
    listener.stage(name(), next, StageState.RUNNING, "");
  }

  private void done(String detail) {
    listener.stage(name(), stage, StageState.SUCCEEDED, detail);
  }

  /** A stage; a failure of it is the end of this host and of no other. */
  private void guarded(Stage next, Runnable work) {
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

  /** Nothing was activated. */
  private void over(Ending ending, Optional<NixException> failure) {
    over(
        ending,
        failure,
        List.of(),
        facts.flatMap(TargetFacts::current).orElse(""),
        facts.map(TargetFacts::generation).orElse(OptionalInt.empty()));
  }

  private void over(
      Ending ending,
      Optional<NixException> failure,
      List<String> failedUnits,
      String running,
      OptionalInt newGeneration) {
    failure
        .filter(_ -> ending != Ending.SKIPPED && ending != Ending.CANCELLED)
        .ifPresent(why -> listener.stage(name(), stage, StageState.FAILED, why.getMessage()));
    var result =
        new HostResult(
            name(),
            access.map(way -> way.target().toString()).orElse(""),
            ending,
            stage,
            system,
            facts.flatMap(TargetFacts::current).orElse(""),
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
        why.reason(), why.getMessage(), Details.NONE.with("host", name()).with(why));
  }

  @Override
  public void close() {
    shell.ifPresent(Shell::close);
    held.ifPresent(TargetLocks.Held::close);
  }
}
