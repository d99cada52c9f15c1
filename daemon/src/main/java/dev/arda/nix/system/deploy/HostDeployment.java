package dev.arda.nix.system.deploy;

import dev.arda.nix.core.TerminalText;
import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshSettings;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.store.ClosureDiff;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.DeployListener.StageState;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One host on its way. Used by one thread at a time; {@link #close} lets its target go.
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
  private final long began;
  private Optional<SshTarget> target = Optional.empty();
  private Optional<Shell> shell = Optional.empty();
  private Optional<TargetLocks.Held> held = Optional.empty();
  private Optional<TargetFacts> facts = Optional.empty();
  private Optional<ClosureDiff> diff = Optional.empty();
  private String system = "";
  private int generation;
  private Stage stage = Stage.PREFLIGHT;

  HostDeployment(Host host, DeployRequest request, Means means, DeployListener listener) {
    this.host = host;
    this.request = request;
    this.means = means;
    this.listener = listener;
    this.root = TargetRoot.of(request.context());
    this.began = System.nanoTime();
  }

  String name() {
    return host.name();
  }

  /**
   * Looks at the target.
   *
   * @return how it ended, if that is the end
   */
  Optional<HostResult> preflight() {
    return guarded(
        Stage.PREFLIGHT,
        () -> {
          checkHost();
          var where = SshTarget.parse(address());
          target = Optional.of(where);
          if (request.mode() != DeployMode.BUILD && !request.planOnly()) {
            held = means.locks().tryTake(where.toString());
            if (held.isEmpty()) {
              throw new SystemException(
                  Reason.HOST_BUSY,
                  "%s (%s) is being deployed to already; see: arda ops list"
                      .formatted(name(), where));
            }
          }
          var way = open(where);
          shell = Optional.of(way);
          var seen = look(way);
          facts = Optional.of(seen);
          TargetCheck.check(host, name() + " (" + where + ")", seen, LEAST_FREE_KIB);
          if (request.rollback().isPresent()) {
            var goal = TargetCheck.rollback(name(), seen, request.rollback().getAsInt());
            system = goal.path();
            generation = goal.number();
          }
          done(seen.current().orElse("nothing that is known runs there"));
          return Optional.empty();
        });
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
    var _ = new dev.arda.nix.types.HostName(name());
  }

  private String address() {
    return request
        .reach()
        .targetHost()
        .orElseGet(() -> host.targetHost().isEmpty() ? name() : host.targetHost());
  }

  private SshSettings settings() {
    return SshSettings.of(
        request.context(), request.reach().acceptNewHostKey(), request.reach().jumpHosts());
  }

  private Shell open(SshTarget where) {
    return where.isLocal()
        ? new LocalShell(means.runner(), request.context())
        : means.ssh().connect(request.context(), where, settings());
  }

  private Shell fresh() {
    var where = target.orElseThrow();
    return where.isLocal()
        ? new LocalShell(means.runner(), request.context())
        : means.ssh().alone(request.context(), where, settings());
  }

  private TargetFacts look(Shell way) {
    var result = way.run(Scripts.facts(root));
    var seen = TargetFacts.parse(result.outputText());
    if (!seen.isComplete()) {
      throw new SystemException(
          Reason.HOST_UNFIT,
          "%s does not say what it is: %s"
              .formatted(way.name(), TerminalText.strip(result.errorTail()).strip()));
    }
    return seen;
  }

  /** What is deployed by a rollback; empty: it has to be built. */
  Optional<String> known() {
    return Optional.of(system).filter(path -> !path.isEmpty());
  }

  /** It was not, or could not be, evaluated or built. */
  HostResult notBuilt(NixException failure) {
    stage = Stage.BUILD;
    return over(Ending.FAILED, Optional.of(failure), List.of(), OptionalInt.empty());
  }

  /** It is not gone on with. */
  HostResult skipped(String why) {
    return over(
        Ending.SKIPPED,
        Optional.of(new SystemException(Reason.CANCELLED, why)),
        List.of(),
        OptionalInt.empty());
  }

  /** What was to be told was told. */
  HostResult planned(String path) {
    system = path;
    stage = Stage.BUILD;
    if (request.diff() && !path.isEmpty()) {
      compare();
    }
    return over(Ending.PLANNED, Optional.empty(), List.of(), OptionalInt.empty());
  }

  /**
   * Brings the target to a system.
   *
   * @param path its store path
   */
  HostResult deploy(String path) {
    system = path;
    var before = facts.orElseThrow();
    if (isAsWished(before)) {
      stage = Stage.ACTIVATE;
      return over(Ending.UNCHANGED, Optional.empty(), List.of(), before.generation());
    }
    return guarded(
            Stage.COPY,
            () -> {
              copy();
              return Optional.empty();
            })
        .or(() -> guarded(Stage.ACTIVATE, () -> Optional.of(activate(before))))
        .orElseThrow();
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

  private void copy() {
    if (request.rollback().isPresent()) {
      done("it is there");
      return;
    }
    done(
        transfer()
            .copy(
                system,
                request.reach().substitute(),
                path -> listener.stage(name(), Stage.COPY, StageState.RUNNING, path)));
    compare();
  }

  private Transfer transfer() {
    return new Transfer(means.stores(), request.context(), shell.orElseThrow());
  }

  /** What changes; of interest, and no reason to fail. */
  private void compare() {
    var before = facts.flatMap(TargetFacts::current);
    if (before.isPresent()) {
      diff =
          transfer()
              .compare(
                  before.get(),
                  system,
                  why -> listener.warning(name(), "the differences cannot be told: " + why));
    }
  }

  private HostResult activate(TargetFacts before) {
    var order =
        new Activation.Order(
            "d-" + random(5),
            random(8),
            root,
            system,
            request.mode(),
            generation,
            request.mode().activates() ? request.confirmation() : Duration.ZERO,
            request.specialisation().orElse(""),
            before.prefix());
    var activation =
        new Activation(
            order,
            shell.orElseThrow(),
            this::fresh,
            new Activation.Steps() {
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
            });
    var outcome = uninterrupted(activation::run);
    var ending = Endings.of(name(), request.mode(), before, wanted(), outcome);
    if (ending.failure().isEmpty()) {
      done("");
    }
    return over(
        ending.ending(),
        ending.failure().map(failure -> failure),
        ending.newlyFailed(),
        outcome.generation());
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
  private Optional<HostResult> guarded(Stage next, Supplier<Optional<HostResult>> work) {
    begin(next);
    try {
      return work.get();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        listener.stage(name(), stage, StageState.CANCELLED, "");
        return Optional.of(over(Ending.SKIPPED, Optional.of(e), List.of(), OptionalInt.empty()));
      }
      return Optional.of(over(ending(e), Optional.of(e), List.of(), OptionalInt.empty()));
    }
  }

  private static Ending ending(NixException failure) {
    return switch (failure.reason()) {
      case HOST_UNFIT, HOST_BUSY -> Ending.REFUSED;
      default -> Ending.FAILED;
    };
  }

  private HostResult over(
      Ending ending,
      Optional<NixException> failure,
      List<String> failedUnits,
      OptionalInt newGeneration) {
    failure
        .filter(_ -> ending != Ending.SKIPPED)
        .ifPresent(why -> listener.stage(name(), stage, StageState.FAILED, why.getMessage()));
    var result =
        new HostResult(
            name(),
            target.map(SshTarget::toString).orElse(""),
            ending,
            stage,
            system,
            facts.flatMap(TargetFacts::current).orElse(""),
            newGeneration,
            diff,
            failedUnits,
            Duration.ofNanos(System.nanoTime() - began),
            failure.map(why -> why instanceof SystemException ? named(why) : why));
    listener.finished(result);
    return result;
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
