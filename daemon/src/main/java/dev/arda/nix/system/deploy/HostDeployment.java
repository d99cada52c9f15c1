package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.Elevation;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.system.Host;
import dev.arda.nix.system.deploy.DeployResult.Ending;
import dev.arda.nix.system.deploy.DeployResult.HostResult;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StorePath;
import dev.arda.nix.types.SystemException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

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
  private final HostCourse course;

  /** Empty: arda's own script does it. */
  private final Optional<HostRebuild> rebuild;

  private Optional<TargetAccess> access = Optional.empty();
  private Optional<Shell> shell = Optional.empty();

  /** Let go as soon as the host is over, by whoever ends it. */
  private volatile Optional<TargetLocks.Held> held = Optional.empty();

  private Elevation elevation = Elevation.NONE;
  private int generation;

  /**
   * A host.
   *
   * @param rebuilds programs that do it instead of arda's script, and the flake they are told of;
   *     none if that is not wished
   */
  HostDeployment(
      Host host,
      DeployRequest request,
      Means means,
      DeployListener listener,
      Optional<HostRebuild.Kit> rebuilds) {
    this.host = host;
    this.request = request;
    this.means = means;
    this.listener = listener;
    this.root = TargetRoot.of(request.context(), host.name());
    this.course = new HostCourse(host.name(), listener);
    this.rebuild = rebuilds.map(some -> new HostRebuild(host, request, some, course));
    // Others go on, perhaps for long; this target is free for whoever wants it next.
    var _ = course.finished().thenRun(this::letGo);
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
    return course.isOver();
  }

  /** Completes when it is over; never exceptionally. */
  CompletableFuture<HostResult> finished() {
    return course.finished();
  }

  /** Looks at the target. */
  void preflight() {
    course.guarded(
        Stage.PREFLIGHT,
        () -> {
          TargetCheck.checkHost(host, request.engine());
          var _ = new HostName(name());
          var where = SshTarget.parse(address());
          var way = new TargetAccess(means, request.context(), request.reach(), where);
          access = Optional.of(way);
          course.isAt(where.toString());
          if (changesTarget()) {
            held = means.locks().tryTake(where, root);
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
          course.saw(seen);
          TargetCheck.check(host, course.label(), seen, LEAST_FREE_KIB);
          if (changesTarget()) {
            TargetCheck.checkIsFree(host, course.label(), seen);
            elevation =
                Privileges.of(
                    course.label(),
                    seen,
                    open,
                    listener.canAsk(),
                    question -> listener.askPassword(name(), Stage.PREFLIGHT, question));
            if (!seen.saysWhetherIsBusy() && !elevation.prefix().isEmpty()) {
              seen = TargetAccess.look(open, root, elevation);
              course.saw(seen);
              TargetCheck.checkIsFree(host, course.label(), seen);
            }
            rebuild.ifPresent(
                tool -> tool.prepare(where, builder().map(TargetAccess::target), elevation));
          }
          if (request.planOnly() && seen.isBusy()) {
            course.warning("it is being deployed to: what it runs may not last");
          }
          if (request.rollback().isPresent()) {
            var goal = TargetCheck.rollback(name(), seen, request.rollback().getAsInt());
            course.wants(goal.path());
            generation = goal.number();
          }
          course.done(seen.current().orElse("nothing that is known runs there"));
        });
  }

  private boolean changesTarget() {
    return request.mode() != DeployMode.BUILD && !request.planOnly();
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
        .map(where -> new TargetAccess(means, request.context(), request.reach(), where));
  }

  /** Whether its target is this machine, and runs and boots its system from now on. */
  boolean isInPlaceHere() {
    return isOver()
        && finished().join().ending().isGood()
        && (request.mode() == DeployMode.SWITCH || request.mode() == DeployMode.BOOT)
        && access.filter(TargetAccess::isHere).isPresent();
  }

  /** Whether its target is that machine. */
  boolean isAt(TargetAccess other) {
    return access.filter(way -> way.target().equals(other.target())).isPresent();
  }

  /** Whether a program evaluates and builds its system that is told the flake only. */
  boolean isBuiltByTool() {
    return !request.planOnly()
        && rebuild.filter(tool -> tool.builds(builder().isPresent())).isPresent();
  }

  /** What is deployed by a rollback; empty: it has to be built. */
  Optional<String> known() {
    return Optional.of(course.system()).filter(path -> !path.isEmpty());
  }

  /** It was not, or could not be, evaluated or built. */
  void notBuilt(NixException failure) {
    if (!isOver()) {
      if (failure.reason() == Reason.CANCELLED) {
        course.cancelled(Stage.BUILD, failure);
      } else {
        course.over(Stage.BUILD, Ending.FAILED, Optional.of(failure));
      }
    }
  }

  /** It is not gone on with, because of others. */
  void skipped(String why) {
    if (!isOver()) {
      course.over(Ending.SKIPPED, Optional.of(new SystemException(Reason.HOST_SKIPPED, why)));
    }
  }

  /** It is not gone on with, because nobody wants it any more. */
  void cancelled() {
    course.cancelled();
  }

  /**
   * Nobody wants it any more, while others go on. Thread-safe; returns at once. What has begun to
   * be activated is finished or undone.
   */
  void giveUp() {
    course.giveUp();
  }

  /** Whether it was given up. */
  boolean isGivenUp() {
    return finished().isDone() && finished().join().ending() == Ending.CANCELLED;
  }

  /** Whether it is not as wished, and not because nobody wished it any more. */
  boolean hasFailed() {
    return isOver() && !finished().join().ending().isGood() && !isGivenUp();
  }

  /** The number of its wave is known. */
  void isInWave(int number) {
    course.isInWave(number);
  }

  private void letGo() {
    held.ifPresent(TargetLocks.Held::close);
  }

  /**
   * It is known what its system will be, which is not built: a host that runs and boots it already
   * is over.
   *
   * @param path its store path; empty: not even that is known
   */
  void willHave(String path) {
    if (!isOver() && !path.isEmpty()) {
      var _ = want(path);
    }
  }

  /** Whether there is something to do for a system. */
  private boolean want(String path) {
    course.wants(path);
    if (course.facts().filter(this::isAsWished).isPresent()) {
      course.over(Stage.ACTIVATE, Ending.UNCHANGED, Optional.empty());
    }
    return !isOver();
  }

  /** What was to be told was told. */
  void planned(String path) {
    if (!isOver()) {
      course.wants(path);
      if (request.diff() && !request.planOnly() && !path.isEmpty()) {
        transfer().compare();
      }
      course.over(Stage.BUILD, Ending.PLANNED, Optional.empty());
    }
  }

  /** Has a program build its system, which is evaluated, and nothing else. */
  void buildByTool(String path) {
    course.guarded(
        Stage.BUILD,
        () -> {
          course.wants(path);
          rebuild.orElseThrow().build(builder().map(TargetAccess::target));
          course.done("");
          planned(path);
        });
  }

  /** Builds its system on another machine, and brings it here unless its target has built it. */
  void buildAt(TargetAccess builder, String drvPath, String path) {
    course.guarded(
        Stage.BUILD,
        () -> {
          var detail =
              new RemoteBuild(means.stores(), request.context(), request.stageLimits(), listener)
                  .run(name(), builder, drvPath, path, !isAt(builder));
          course.done(detail);
        });
  }

  /**
   * Its system is built: takes it to the target, unless the target runs and boots it already.
   *
   * @param path its store path
   * @param isThere whether the target has it, or somebody else takes it there
   */
  void copy(String path, boolean isThere) {
    if (isOver() || !want(path)) {
      return;
    }
    if (rebuild.isPresent()) {
      if (!isThere) {
        transfer().compare();
      }
      return;
    }
    course.guarded(
        Stage.COPY,
        () -> {
          if (isThere) {
            course.done("it is there");
          } else {
            var transfer = transfer();
            course.done(transfer.copy(path(path)));
            transfer.compare();
          }
        });
  }

  private SystemCopy transfer() {
    return new SystemCopy(means.stores(), request, course, shell.orElseThrow());
  }

  private boolean isAsWished(TargetFacts before) {
    var runs = before.current().filter(wanted()::equals).isPresent();
    var boots = before.profile().filter(course.system()::equals).isPresent();
    return switch (request.mode()) {
      case SWITCH -> runs && boots;
      case BOOT -> boots;
      case TEST -> runs;
      case DRY_ACTIVATE, BUILD -> false;
    };
  }

  private String wanted() {
    return course.system()
        + request.specialisation().map(name -> "/specialisation/" + name).orElse("");
  }

  /** The store path that a text is. */
  static StorePath path(String text) {
    return StorePath.of(text)
        .orElseThrow(
            () -> new SystemException(Reason.STORE_PATH_INVALID, text + " is no store path."));
  }

  /** Has the target activate its system, and says how that ended. */
  void activate() {
    course.guarded(
        Stage.ACTIVATE,
        () -> {
          if (rebuild.isPresent()) {
            rebuild.get().activate(shell.orElseThrow(), access.orElseThrow(), root, wanted());
          } else {
            new NativeActivation(
                    host, request, means.random(), means.activation(), root, generation, elevation)
                .run(course, shell.orElseThrow(), access.orElseThrow(), wanted());
          }
        });
  }

  @Override
  public void close() {
    shell.ifPresent(Shell::close);
    letGo();
  }
}
