package dev.arda.daemon.rpc;

import dev.arda.daemon.operation.user.ApplyOutcomes;
import dev.arda.nix.user.HomeState;
import dev.arda.nix.user.KnownUser;
import dev.arda.nix.user.UserListing;
import dev.arda.v1.LastActivation;
import dev.arda.v1.ListUserGenerationsResponse;
import dev.arda.v1.User;
import dev.arda.v1.UserDefinition;
import dev.arda.v1.UserDefinitionKind;
import dev.arda.v1.UserGeneration;
import dev.arda.v1.UserPage;
import dev.arda.v1.UserProblem;
import java.util.ArrayList;
import java.util.List;

/** What is known of users, as messages. */
final class UserTranslator {

  /** How many users one message tells of. */
  static final int PAGE = 500;

  private final ErrorMapper errors;

  UserTranslator(ErrorMapper errors) {
    this.errors = errors;
  }

  /** A listing in messages of bounded size, at least one. */
  List<UserPage> pages(UserListing listing) {
    var result = new ArrayList<UserPage.Builder>();
    result.add(UserPage.newBuilder());
    for (var user : listing.users()) {
      if (result.getLast().getUsersCount() == PAGE) {
        result.add(UserPage.newBuilder());
      }
      result.getLast().addUsers(user(user));
    }
    for (var problem : listing.problems()) {
      result
          .getLast()
          .addProblems(
              UserProblem.newBuilder()
                  .setSelector(problem.selector())
                  .setError(errors.status(problem.failure())));
    }
    return result.stream().map(UserPage.Builder::build).toList();
  }

  private User user(KnownUser user) {
    var result =
        User.newBuilder()
            .setName(user.name())
            .addAllHosts(user.hosts())
            .setHomeDirectory(user.homeDirectory().orElse(""));
    user.definitions().forEach(one -> result.addDefinitions(definition(one)));
    return result.build();
  }

  private UserDefinition definition(dev.arda.nix.user.UserDefinition one) {
    var facts = one.facts();
    var result =
        UserDefinition.newBuilder()
            .setKind(kind(one.kind()))
            .setSelector(one.selector())
            .setName(one.name())
            .setHost(one.host().orElse(""))
            .setUsername(facts.username().orElse(""))
            .setHomeDirectory(facts.homeDirectory().orElse(""))
            .setShell(facts.shell().orElse(""))
            .setStateVersion(facts.stateVersion().orElse(""))
            .addAllPackages(one.contents().packages())
            .addAllPrograms(one.contents().programs())
            .addAllDotfiles(one.contents().dotfiles())
            .setSecrets(one.contents().secrets())
            .addAllDevShells(one.contents().devShells());
    one.failure().ifPresent(failure -> result.setError(errors.status(failure)));
    return result.build();
  }

  private static UserDefinitionKind kind(dev.arda.nix.user.UserDefinition.Kind kind) {
    return switch (kind) {
      case HOME_CONFIGURATION -> UserDefinitionKind.USER_DEFINITION_KIND_HOME_CONFIGURATION;
      case CLAN -> UserDefinitionKind.USER_DEFINITION_KIND_CLAN;
      case HOST_ACCOUNT -> UserDefinitionKind.USER_DEFINITION_KIND_HOST_ACCOUNT;
      case HOST_HOME -> UserDefinitionKind.USER_DEFINITION_KIND_HOST_HOME;
    };
  }

  static ListUserGenerationsResponse generations(HomeState state) {
    var result =
        ListUserGenerationsResponse.newBuilder()
            .setUsername(state.user())
            .setHomeDirectory(state.home())
            .setProfile(state.profile());
    for (var one : state.generations()) {
      result.addGenerations(
          UserGeneration.newBuilder()
              .setNumber(one.number())
              .setCreatedAt(Times.toProto(one.created()))
              .setStorePath(one.storePath())
              .setCurrent(one.current()));
    }
    state
        .last()
        .ifPresent(last -> {
          var told =
              LastActivation.newBuilder().setRecord(last.record()).setRunning(last.running());
          last.ending().ifPresent(ending -> told.setEnding(ApplyOutcomes.ending(ending)));
          result.setLastActivation(told);
        });
    return result.build();
  }
}
