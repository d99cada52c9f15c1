package dev.arda.daemon.rpc;

import dev.arda.nix.user.Adopted;
import dev.arda.nix.user.People;
import dev.arda.nix.user.People.Person;
import dev.arda.v1.AdoptDotfileRequest;
import dev.arda.v1.AdoptDotfileResponse;
import dev.arda.v1.CallContext;
import dev.arda.v1.CompareDotfilesRequest;
import dev.arda.v1.CompareDotfilesResponse;
import dev.arda.v1.DeclaredPackage;
import dev.arda.v1.Dotfile;
import dev.arda.v1.GetDevShellRequest;
import dev.arda.v1.GetDevShellResponse;
import dev.arda.v1.GetUserShellRequest;
import dev.arda.v1.GetUserShellResponse;
import dev.arda.v1.ListDotfilesRequest;
import dev.arda.v1.ListDotfilesResponse;
import dev.arda.v1.ListUserPackagesRequest;
import dev.arda.v1.ListUserPackagesResponse;

/** Questions about single persons. */
final class UserContents {

  private static final int MAX_PATHS = 1000;
  private static final int MAX_WORDS = 1000;

  private final People people;

  UserContents(People people) {
    this.people = people;
  }

  ListUserPackagesResponse packages(ListUserPackagesRequest request) {
    var check = check(request.hasContext(), request.getContext(), request.getFlake());
    named(request.getUser(), check).done();
    var result = ListUserPackagesResponse.newBuilder();
    for (var one :
        people.packages(person(request.getContext(), request.getFlake(), request.getUser()))) {
      result.addPackages(
          DeclaredPackage.newBuilder()
              .setName(one.name())
              .setVersion(one.version())
              .setSource(one.source())
              .setStorePath(one.storePath()));
    }
    return result.build();
  }

  ListDotfilesResponse dotfiles(ListDotfilesRequest request) {
    var check = check(request.hasContext(), request.getContext(), request.getFlake());
    named(request.getUser(), check).done();
    var result = ListDotfilesResponse.newBuilder();
    for (var one :
        people.dotfiles(person(request.getContext(), request.getFlake(), request.getUser()))) {
      result.addDotfiles(
          Dotfile.newBuilder().setPath(one.path()).setOrigin(one.origin()).setSource(one.source()));
    }
    return result.build();
  }

  CompareDotfilesResponse compare(CompareDotfilesRequest request) {
    var check = check(request.hasContext(), request.getContext(), request.getFlake());
    RepeatedCheck.optionalTexts(request.getPathsList(), "paths", MAX_PATHS, check);
    check.text(request.getUser(), "user").text(request.getGeneration(), "generation").done();
    return CompareDotfilesResponse.newBuilder()
        .setText(
            people.compare(
                person(request.getContext(), request.getFlake(), request.getUser()),
                request.getGeneration(),
                request.getPathsList()))
        .build();
  }

  AdoptDotfileResponse adopt(AdoptDotfileRequest request) {
    var check = check(request.hasContext(), request.getContext(), request.getFlake());
    named(request.getUser(), check).text(request.getPath(), "path").done();
    Adopted adopted =
        people.adopt(
            person(request.getContext(), request.getFlake(), request.getUser()), request.getPath());
    return AdoptDotfileResponse.newBuilder()
        .setFile(adopted.file())
        .setTracked(adopted.tracked())
        .setDeclaration(adopted.declaration())
        .build();
  }

  GetUserShellResponse shell(GetUserShellRequest request) {
    var check = check(request.hasContext(), request.getContext(), request.getFlake());
    check.text(request.getUser(), "user").text(request.getHost(), "host").done();
    var shell =
        people.shell(
            person(request.getContext(), request.getFlake(), orSelf(request.getUser())),
            request.getHost());
    return GetUserShellResponse.newBuilder()
        .setPath(shell.path())
        .setSource(shell.source())
        .build();
  }

  GetDevShellResponse developmentShell(GetDevShellRequest request) {
    var check = check(request.hasContext(), request.getContext(), request.getFlake());
    RepeatedCheck.optionalTexts(request.getCommandList(), "command", MAX_WORDS, check);
    check
        .require(!request.getShell().isEmpty(), "shell", "is empty")
        .text(request.getShell(), "shell")
        .text(request.getUser(), "user")
        .done();
    return GetDevShellResponse.newBuilder()
        .addAllArguments(
            people.developmentShell(
                person(request.getContext(), request.getFlake(), orSelf(request.getUser())),
                request.getShell(),
                request.getCommandList()))
        .build();
  }

  private static String orSelf(String user) {
    return user.isEmpty() ? System.getProperty("user.name") : user;
  }

  private static RequestCheck check(boolean hasContext, CallContext context, String flake) {
    var check = new RequestCheck();
    ContextTranslator.check(hasContext, context, check);
    return check.text(flake, "flake");
  }

  private static RequestCheck named(String user, RequestCheck check) {
    return check.require(!user.isEmpty(), "user", "is empty").text(user, "user");
  }

  private static Person person(CallContext context, String flake, String user) {
    return new Person(ContextTranslator.translate(context), flake, user);
  }
}
