package dev.arda.client.cli;

import dev.arda.v1.BuildRequest;
import dev.arda.v1.BuildTarget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/**
 * A command line of {@code arda build}, understood.
 *
 * @param request what the daemon is asked for, but for its identity
 * @param wish what is shown meanwhile
 */
record BuildOptions(BuildRequest request, OperationViews.Wish wish) {

  private static final String LINK = "result";

  /**
   * Understands a command line.
   *
   * @throws UsageException if its parts do not fit together
   */
  static BuildOptions of(Session session, ParseResult arguments) {
    boolean plan = arguments.hasMatchedOption("--dry-run");
    boolean detached = arguments.hasMatchedOption("--detach");
    if (plan && detached) {
      throw new UsageException("--dry-run prints a plan; there is nothing to detach from");
    }
    var link = link(session, arguments);
    var request =
        BuildRequest.newBuilder()
            .setContext(session.context())
            .setFlake(session.options().flake())
            .addAllTargets(targets(session, arguments))
            .setValidateOnly(plan)
            .setKeepGoing(arguments.hasMatchedOption("--keep-going"))
            .setDetached(detached);
    if (!plan) {
      link.ifPresent(path -> request.setOutLink(path.toString()));
      text(arguments, "--gcroot")
          .ifPresent(path -> request.setGcrootDirectory(absolute(session, path).toString()));
    }
    if (arguments.hasMatchedOption("--diff")) {
      request.setDiffAgainst(against(session, arguments, link));
    }
    return new BuildOptions(request.build(), OperationViews.Wish.of(arguments));
  }

  private static Optional<String> text(ParseResult arguments, String option) {
    return arguments.hasMatchedOption(option)
        ? Optional.of(arguments.<String>matchedOptionValue(option, ""))
        : Optional.empty();
  }

  private static Path absolute(Session session, String path) {
    return session.environment().cwd().resolve(path).normalize();
  }

  private static List<BuildTarget> targets(Session session, ParseResult arguments) {
    var result = new ArrayList<BuildTarget>();
    for (var target : arguments.matchedPositionalValue(0, List.<String>of())) {
      result.add(BuildTarget.newBuilder().setInstallable(target).build());
    }
    for (var host : arguments.matchedOptionValue("--host", List.<String>of())) {
      result.add(BuildTarget.newBuilder().setHost(host).build());
    }
    for (var user : arguments.matchedOptionValue("--user", List.<String>of())) {
      result.add(BuildTarget.newBuilder().setUser(user).build());
    }
    if (result.isEmpty()) {
      // The default package, of the default flake if none is named.
      var flake = session.options().flake();
      result.add(BuildTarget.newBuilder().setInstallable(flake.isEmpty() ? "#" : flake).build());
    }
    return result;
  }

  private static Optional<Path> link(Session session, ParseResult arguments) {
    var named = text(arguments, "--out-link");
    boolean none = arguments.hasMatchedOption("--no-link");
    if (none && named.isPresent()) {
      throw new UsageException("--out-link and --no-link exclude each other");
    }
    if (named.filter(path -> path.isEmpty() || path.contains("#")).isPresent()) {
      throw new UsageException(
          "--out-link needs the path of a link; %s looks like a target".formatted(named.get()));
    }
    return none ? Optional.empty() : Optional.of(absolute(session, named.orElse(LINK)));
  }

  /** The path to compare with, free of links that the build is going to change. */
  private static String against(Session session, ParseResult arguments, Optional<Path> link) {
    var named = text(arguments, "--diff").filter(path -> !path.isEmpty());
    var path = named.map(text -> absolute(session, text)).or(() -> link);
    if (path.isEmpty()) {
      throw new UsageException("--diff with --no-link needs a path: --diff=PATH");
    }
    if (named.isEmpty() && !Files.exists(path.get(), LinkOption.NOFOLLOW_LINKS)) {
      throw new UsageException(
          "there is no %s from a build before to compare with; name a path: --diff=PATH"
              .formatted(path.get().getFileName()));
    }
    try {
      return path.get().toRealPath().toString();
    } catch (IOException e) {
      // It may be a path of a store that is elsewhere; the daemon knows.
      return path.get().toString();
    }
  }
}
