package dev.arda.nix.user;

import dev.arda.nix.remote.LocalShell;
import dev.arda.nix.remote.Shell;
import dev.arda.nix.remote.SshConnection;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.BuildRequest;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.ApplyRequest.Engine;
import dev.arda.nix.user.ApplyRequest.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One request to apply environments, from names to what came of them. Used by one thread. */
final class ApplyRun {

  private final UserTools tools;
  private final Homes homes;
  private final ApplyRequest request;
  private final ApplyListener listener;
  private final List<ApplyResult.Builder> results = new ArrayList<>();

  ApplyRun(UserTools tools, Homes homes, ApplyRequest request, ApplyListener listener) {
    this.tools = tools;
    this.homes = homes;
    this.request = request;
    this.listener = listener;
  }

  List<ApplyResult> run() {
    if (request.engine() == Engine.HOME_MANAGER) {
      HomeManagerCommands.check(request);
    }
    request.users().forEach(name -> results.add(new ApplyResult.Builder(name)));
    try (var shell = tools.shell(request.context(), request.place())) {
      if (request.rollback().isPresent() && request.engine() == Engine.NATIVE) {
        for (int i = 0; i < results.size(); i++) {
          final int user = i;
          attempt(user, () -> rollBack(user, shell));
        }
      } else {
        applyFlake(shell);
      }
    }
    return results.stream().map(ApplyResult.Builder::build).toList();
  }

  private void applyFlake(Shell shell) {
    var search =
        new HomeSearch(
            tools,
            request.context(),
            request.flake(),
            shell,
            Homes.host(request.place()),
            listener);
    var names = search.names();
    var found = new TreeMap<Integer, HomeConfiguration>();
    for (int i = 0; i < results.size(); i++) {
      final int user = i;
      attempt(
          user,
          () -> {
            var configuration = search.find(request.users().get(user), names);
            results.get(user).definition = configuration.definition();
            found.put(user, configuration);
          });
    }
    if (found.isEmpty()) {
      return;
    }
    if (request.engine() == Engine.HOME_MANAGER) {
      found.forEach((user, configuration) ->
          attempt(
              user,
              () -> {
                new HomeManagerRun(tools, request, user, results.get(user), listener)
                    .run(configuration);
                done(user);
              }));
      return;
    }
    // What is made of a description may have to be asked in other words.
    found.entrySet().stream()
        .collect(Collectors.groupingBy(one -> one.getValue().context()))
        .forEach((context, group) -> {
          var part = new TreeMap<Integer, HomeConfiguration>();
          group.forEach(one -> part.put(one.getKey(), one.getValue()));
          if (request.buildThere() && shell instanceof SshConnection machine) {
            buildThere(context, part, machine);
          } else {
            build(context, part);
          }
        });
    for (var one : found.entrySet()) {
      if (results.get(one.getKey()).failure.isEmpty() && request.mode() == Mode.BUILD) {
        done(one.getKey());
      } else if (results.get(one.getKey()).failure.isEmpty()) {
        attempt(
            one.getKey(),
            () ->
                activate(
                    one.getKey(),
                    one.getValue(),
                    shell,
                    () -> secrets(one.getKey(), search, names)));
      }
    }
  }

  /** Builds all, in one go; what fails is told of its user. */
  private void build(CallContext context, Map<Integer, HomeConfiguration> found) {
    var users = List.copyOf(found.keySet());
    var built = tools.builds().build(wish(context, found), new UserBuildListener(listener, users));
    for (int i = 0; i < users.size(); i++) {
      var target = built.targets().get(i);
      var result = results.get(users.get(i));
      result.failure = target.failure();
      target.outputs().stream().findFirst().ifPresent(output -> result.storePath = output.path());
    }
  }

  private BuildRequest wish(CallContext context, Map<Integer, HomeConfiguration> found) {
    return new BuildRequest(
        context,
        request.flake(),
        found.values().stream()
            .<BuildTarget>map(
                one -> new BuildTarget.At(one.definition(), one.flake(), one.activationPackage()))
            .toList(),
        request.limits());
  }

  /** Finds the derivations here, and has the other machine build them. */
  private void buildThere(
      CallContext context, Map<Integer, HomeConfiguration> found, SshConnection machine) {
    var users = List.copyOf(found.keySet());
    var derivations =
        tools.builds().derivations(wish(context, found), new UserBuildListener(listener, users));
    for (int i = 0; i < users.size(); i++) {
      int user = users.get(i);
      var target = derivations.targets().get(i);
      results.get(user).failure = target.failure();
      if (target.failure().isEmpty()) {
        attempt(
            user,
            () ->
                results.get(user).storePath =
                    new ThereBuild(tools, context, machine, request.limits(), user, listener)
                        .run(request.users().get(user), target));
      }
    }
  }

  /** The secrets that a user has on the machine; empty: nothing is said of them. */
  private Optional<HostSecrets> secrets(int user, HomeSearch search, Users.Names names) {
    return request.secrets().wanted()
        ? search
            .secrets(request.users().get(user), names)
            .map(all ->
                new HostSecrets(
                    all, all.secrets().isEmpty() ? "" : HomeNames.shortName(search.hostName())))
        : Optional.empty();
  }

  private record HostSecrets(SecretDeclarations declared, String host) {}

  private void activate(
      int user,
      HomeConfiguration configuration,
      Shell shell,
      Supplier<Optional<HostSecrets>> secrets) {
    var facts = configuration.facts();
    var account =
        tools.account(facts.username().orElse(""), facts.homeDirectory().orElse(""), shell);
    if (request.accountsMayCome() && request.mode() == Mode.DRY_RUN && !account.isThere(shell)) {
      results.get(user).user = account.user();
      results.get(user).home = account.home();
      results.get(user).accountMissing = true;
      done(user);
      return;
    }
    var result = results.get(user);
    boolean isThere = shell instanceof LocalShell || request.buildThere();
    var run =
        new HomeRun(
            tools,
            request,
            shell,
            account,
            user,
            result,
            isThere ? result.storePath : "",
            listener);
    run.copy(results.get(user).storePath);
    run.look(results.get(user).storePath, Optional.of(configuration));
    var there = secrets.get();
    results.get(user).secrets =
        there.stream()
            .flatMap(all -> all.declared().on(all.host()).stream())
            .map(one -> one.name().text())
            .toList();
    if (request.mode() == Mode.SWITCH) {
      activate(user, run, there);
    }
    done(user);
  }

  private void activate(int user, HomeRun run, Optional<HostSecrets> secrets) {
    var values =
        secrets
            .map(all ->
                new UserSecrets(tools)
                    .values(
                        request.context(),
                        request.users().get(user),
                        all.declared(),
                        all.host(),
                        request.secrets().identity()))
            .orElse(List.of());
    try {
      // Those of before go also where there are none any more.
      run.activate(
          "",
          values.isEmpty() && !(request.secrets().wanted() && run.hasSecrets())
              ? Optional.empty()
              : Optional.of(values));
    } finally {
      values.forEach(HomeSecret::close);
    }
  }

  private void rollBack(int user, Shell shell) {
    var account =
        homes.account(
            request.context(),
            request.flake(),
            request.users().get(user),
            shell,
            Homes.host(request.place()));
    var run = new HomeRun(tools, request, shell, account, user, results.get(user), "", listener);
    var target = run.generation(request.rollback().orElseThrow().number());
    run.look(target.storePath(), Optional.empty());
    if (request.mode() == Mode.SWITCH) {
      run.activate(Long.toString(target.number()), Optional.empty());
    }
    done(user);
  }

  private void done(int user) {
    listener.target(user, BuildListener.TargetState.SUCCEEDED, "", "");
  }

  private void attempt(int user, Runnable work) {
    try {
      work.run();
    } catch (NixException e) {
      if (e.reason() == Reason.CANCELLED) {
        throw e;
      }
      results.get(user).failure = Optional.of(e);
      listener.target(user, BuildListener.TargetState.FAILED, "", e.getMessage());
    }
  }
}
