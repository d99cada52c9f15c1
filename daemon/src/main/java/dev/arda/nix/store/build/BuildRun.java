package dev.arda.nix.store.build;

import dev.arda.nix.core.CommandResult;
import dev.arda.nix.core.NixCommands.Building;
import dev.arda.nix.core.build.BuildStep;
import dev.arda.nix.store.Closure;
import dev.arda.nix.store.build.BuildListener.TargetState;
import dev.arda.nix.store.build.BuildResult.Origin;
import dev.arda.nix.store.build.BuildResult.Output;
import dev.arda.nix.store.build.BuildResult.TargetResult;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/** One build, from targets to what came of them. Used by one thread. */
final class BuildRun {

  private final BuildRequest request;
  private final CallContext context;
  private final EarlyResults listener;
  private final boolean planOnly;
  private final Targets targets;
  private final Results results;
  private final Realisation realisation;
  private final InstantSource clock;
  private final Instant began;
  private final Function<String, Path> files;
  private final Map<Integer, TargetResult> told = new TreeMap<>();
  private Optional<Closure> before = Optional.empty();

  BuildRun(
      BuildRequest request,
      EarlyResults listener,
      boolean planOnly,
      Targets targets,
      Results results,
      Realisation realisation,
      InstantSource clock) {
    this.request = request;
    this.context = request.context();
    this.listener = listener;
    this.planOnly = planOnly;
    this.targets = targets;
    this.results = results;
    this.realisation = realisation;
    this.clock = clock;
    this.began = clock.instant();
    this.files = path -> Results.files(request.context(), path);
  }

  BuildResult run() {
    // Before anything is built, and before a link that is named here leads elsewhere.
    before = request.diffAgainst().map(text -> results.before(context, text));
    for (int i = 0; i < request.targets().size(); i++) {
      listener.target(i, TargetState.EVALUATING, "", "");
    }
    var jobs = jobs();
    try (realisation) {
      var left = new ArrayList<Job>();
      for (var job : jobs) {
        if (results.areHeld(context, job)) {
          succeed(job, Origin.CACHED, clock.instant());
        } else {
          left.add(job);
        }
      }
      if (!left.isEmpty()) {
        realise(left);
      }
    } catch (NixException e) {
      for (var job : jobs) {
        if (!told.containsKey(job.index())) {
          listener.target(job.index(), TargetState.CANCELLED, drvPath(job), "");
        }
      }
      throw e;
    }
    var log = realisation.log();
    return new BuildResult(
        List.copyOf(told.values()),
        log.built(),
        log.downloaded().size(),
        log.totals().downloadBytes().done());
  }

  /** Finds the derivations, and builds nothing. */
  BuildResult derivations() {
    for (var job : jobs()) {
      tell(job, unbuilt(job, job.outputs()));
    }
    return new BuildResult(List.copyOf(told.values()), 0, 0, 0);
  }

  private TargetResult unbuilt(Job job, List<Output> outputs) {
    return new TargetResult(
        job.label(),
        drvPath(job),
        outputs,
        Origin.NONE,
        0,
        Duration.between(began, clock.instant()),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        "");
  }

  /** What is left to do. */
  private List<Job> jobs() {
    var found = targets.find(context, request.flake(), request.targets(), listener);
    var result = new ArrayList<Job>();
    for (int i = 0; i < found.size(); i++) {
      var label = request.targets().get(i).label();
      try {
        var job =
            switch (found.get(i)) {
              case Target.Derivation derivation -> Job.of(i, label, derivation, files);
              case Target.StoreObject object -> Job.of(i, label, object);
              case Target.Unknown(NixException failure) -> throw failure;
            };
        result.add(job);
        listener.target(i, TargetState.BUILDING, drvPath(job), "");
      } catch (NixException e) {
        fail(i, label, found.get(i) instanceof Target.Derivation d ? d.drvPath() : "", e, "");
      }
    }
    return List.copyOf(result);
  }

  private void realise(List<Job> jobs) {
    var there = jobs.stream().filter(this::isThere).map(Job::index).toList();
    var how = EnumSet.noneOf(Building.class);
    // A target that fails must not end the others.
    if (request.keepGoing() || jobs.size() > 1) {
      how.add(Building.KEEP_GOING);
    }
    if (planOnly) {
      how.add(Building.DRY_RUN);
    }
    if (!planOnly) {
      listener.expect(jobs);
    }
    var wanted = List.copyOf(new LinkedHashSet<>(jobs.stream().map(Job::request).toList()));
    var ended = realised(wanted, how);
    if (planOnly) {
      jobs.forEach(job -> planned(job, ended));
      return;
    }
    var known = jobs.stream().map(job -> known(job, wanted)).toList();
    boolean succeeded = ended.filter(CommandResult::succeeded).isPresent();
    var valid = succeeded ? Set.<StorePath>of() : results.valid(context, known);
    for (var job : known) {
      if (job.isKnown() && (succeeded || valid.containsAll(Results.paths(context, job)))) {
        succeed(job, origin(job, there.contains(job.index())), finished(job));
      } else {
        conclude(job, ended);
      }
    }
  }

  /** How the process ended that builds; empty: it took too long. */
  private Optional<CommandResult> realised(List<String> wanted, Set<Building> how) {
    try {
      return Optional.of(realisation.run(wanted, how, request.limits().build()));
    } catch (NixException e) {
      if (e.reason() == Reason.COMMAND_TIMEOUT) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** With the paths that are known only now. */
  private Job known(Job job, List<String> wanted) {
    if (job.isKnown()) {
      return job;
    }
    int number = wanted.indexOf(job.request()) + 1;
    return job.with(
        job.outputs().stream()
            .map(output ->
                new Output(
                    output.name(),
                    output.path().isEmpty()
                        ? realisation.output(number, output.name()).orElse("")
                        : output.path()))
            .toList());
  }

  private boolean isThere(Job job) {
    return job.isKnown()
        && job.outputs().stream().allMatch(output -> Files.exists(files.apply(output.path())));
  }

  private void planned(Job job, Optional<CommandResult> ended) {
    if (ended.filter(CommandResult::succeeded).isPresent()) {
      tell(job, unbuilt(job, List.of()));
      listener.target(job.index(), TargetState.SUCCEEDED, drvPath(job), "");
    } else {
      fail(job.index(), job.label(), drvPath(job), failure(job, ended), "");
    }
  }

  /** A target whose outputs are not there. */
  private void conclude(Job job, Optional<CommandResult> ended) {
    var why = new FailedDependency(realisation.log().steps(), files).of(job.path());
    fail(
        job.index(),
        job.label(),
        drvPath(job),
        why.<NixException>map(failed -> FailedDependency.exception(job.label(), job.path(), failed))
            .orElseGet(() -> failure(job, ended)),
        why.map(failed -> failed.drvPath()).orElse(""));
  }

  private Origin origin(Job job, boolean wasThere) {
    var log = realisation.log();
    var own = log.steps().stream().filter(step -> step.drvPath().equals(job.path())).findFirst();
    if (own.filter(step -> step.state() == BuildStep.State.SUCCEEDED).isPresent()) {
      return Origin.BUILT;
    }
    Set<String> downloaded = new HashSet<>(log.downloaded());
    if (job.outputs().stream().map(Output::path).anyMatch(downloaded::contains)) {
      return Origin.SUBSTITUTED;
    }
    return wasThere || own.isPresent() ? Origin.CACHED : Origin.BUILT;
  }

  /** Nix failed, and for no derivation that this one needs. */
  private NixException failure(Job job, Optional<CommandResult> end) {
    if (end.isEmpty()) {
      return request.limits().build().passed("The build of " + job.label(), "");
    }
    var ended = end.get();
    var details = Details.NONE.with("target", job.label()).with("derivation", drvPath(job));
    var said = realisation.log().error();
    if (said.isPresent()) {
      return new StoreException(
          Reason.BUILD_FAILED,
          "%s cannot be built: %s".formatted(job.label(), said.get().message()),
          details.with(said.get()));
    }
    var words = Realisation.lastWords(ended);
    return new CommandException(
        Reason.COMMAND_FAILED,
        "%s was not built: %s %s%s"
            .formatted(
                job.label(),
                ended.command().programName(),
                ended.ending(),
                words.isEmpty() ? "" : ": " + words),
        details.with("exit_code", Integer.toString(ended.exitCode())));
  }

  private void succeed(Job job, Origin origin, Instant finished) {
    try {
      results.hold(context, job);
      var links = planOnly ? List.<Path>of() : results.link(request, job);
      tell(
          job,
          new TargetResult(
              job.label(),
              drvPath(job),
              job.outputs(),
              origin,
              results.closureBytes(context, job),
              Duration.between(began, finished),
              links,
              before.map(closure -> results.difference(context, closure, job)),
              Optional.empty(),
              ""));
      listener.target(
          job.index(),
          origin == Origin.CACHED ? TargetState.CACHED : TargetState.SUCCEEDED,
          drvPath(job),
          "");
      if (!planOnly) {
        listener.built(job.index(), job.outputs());
      }
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      fail(job.index(), job.label(), drvPath(job), e, "");
    }
  }

  private void fail(
      int index, String label, String drvPath, NixException why, String failedDrvPath) {
    told.put(
        index,
        new TargetResult(
            label,
            drvPath,
            List.of(),
            Origin.NONE,
            0,
            Duration.between(began, clock.instant()),
            List.of(),
            Optional.empty(),
            Optional.of(why),
            failedDrvPath));
    listener.target(index, TargetState.FAILED, drvPath, why.getMessage());
  }

  private void tell(Job job, TargetResult result) {
    told.put(job.index(), result);
  }

  private Instant finished(Job job) {
    return realisation.log().steps().stream()
        .filter(step -> step.drvPath().equals(job.path()))
        .flatMap(step -> step.finishedAt().stream())
        .findFirst()
        .orElseGet(clock::instant);
  }

  private static String drvPath(Job job) {
    return job.isDerivation() ? job.path() : "";
  }
}
