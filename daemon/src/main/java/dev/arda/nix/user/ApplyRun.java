package dev.arda.nix.user;

import dev.arda.nix.remote.Shell;
import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.store.build.BuildRequest;
import dev.arda.nix.store.build.BuildTarget;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.user.ApplyRequest.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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
    request.users().forEach(name -> results.add(new ApplyResult.Builder(name)));
    try (var shell = tools.shell(request.context(), request.place())) {
      if (request.rollback().isPresent()) {
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
    var search = new HomeSearch(tools, request.context(), request.flake(), shell, listener);
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
    // What is made of a description may have to be asked in other words.
    found.entrySet().stream()
        .collect(Collectors.groupingBy(one -> one.getValue().context()))
        .forEach((context, group) -> {
          var part = new TreeMap<Integer, HomeConfiguration>();
          group.forEach(one -> part.put(one.getKey(), one.getValue()));
          build(context, part);
        });
    for (var one : found.entrySet()) {
      if (results.get(one.getKey()).failure.isEmpty() && request.mode() == Mode.BUILD) {
        done(one.getKey());
      } else if (results.get(one.getKey()).failure.isEmpty()) {
        attempt(one.getKey(), () -> activate(one.getKey(), one.getValue(), shell));
      }
    }
  }

  /** Builds all, in one go; what fails is told of its user. */
  private void build(CallContext context, Map<Integer, HomeConfiguration> found) {
    var users = List.copyOf(found.keySet());
    var built =
        tools
            .builds()
            .build(
                new BuildRequest(
                    context,
                    request.flake(),
                    found.values().stream()
                        .<BuildTarget>map(one ->
                            new BuildTarget.At(
                                one.definition(), one.flake(), one.activationPackage()))
                        .toList(),
                    false,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()),
                new UserBuildListener(listener, users));
    for (int i = 0; i < users.size(); i++) {
      var target = built.targets().get(i);
      var result = results.get(users.get(i));
      result.failure = target.failure();
      target.outputs().stream().findFirst().ifPresent(output -> result.storePath = output.path());
    }
  }

  private void activate(int user, HomeConfiguration configuration, Shell shell) {
    var facts = configuration.facts();
    var account =
        tools.account(facts.username().orElse(""), facts.homeDirectory().orElse(""), shell);
    var run = new HomeRun(tools, request, shell, account, user, results.get(user), listener);
    run.copy(results.get(user).storePath);
    run.look(results.get(user).storePath, Optional.of(configuration));
    if (request.mode() == Mode.SWITCH) {
      run.activate("");
    }
    done(user);
  }

  private void rollBack(int user, Shell shell) {
    var account =
        homes.account(request.context(), request.flake(), request.users().get(user), shell);
    var run = new HomeRun(tools, request, shell, account, user, results.get(user), listener);
    var target = run.generation(request.rollback().orElseThrow().number());
    run.look(target.storePath(), Optional.empty());
    if (request.mode() == Mode.SWITCH) {
      run.activate(Long.toString(target.number()));
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
