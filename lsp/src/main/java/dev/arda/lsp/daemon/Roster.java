package dev.arda.lsp.daemon;

import dev.arda.lsp.daemon.DaemonLink.Question;
import dev.arda.lsp.feature.FlakeView.Listed;
import dev.arda.lsp.feature.FlakeView.Name;
import dev.arda.v1.Host;
import dev.arda.v1.HostKind;
import dev.arda.v1.HostServiceGrpc;
import dev.arda.v1.ListHostsResponse;
import dev.arda.v1.ListUsersResponse;
import dev.arda.v1.UserServiceGrpc;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The hosts, users and tags of a flake, as the daemon lists them. They are asked for once in each
 * state of the flake, since a list says more than names and takes longer. Thread-safe.
 */
final class Roster {

  private final DaemonLink link;
  private final Requests requests;

  // Guarded by itself.
  private final Map<Listed, Known> known = new EnumMap<>(Listed.class);

  Roster(DaemonLink link, Requests requests) {
    this.link = link;
    this.requests = requests;
  }

  /**
   * What is known of a list.
   *
   * @param revision of the state that it is of
   * @param names empty if that state has no such list
   */
  record Known(String revision, Optional<List<Name>> names) {}

  /** What was said last. */
  Optional<Known> known(Listed what) {
    synchronized (known) {
      return Optional.ofNullable(known.get(what));
    }
  }

  /**
   * Asks for a list, and waits a little.
   *
   * @param revision of the present state
   */
  Optional<Known> ask(Listed what, String revision, Duration wait) {
    return switch (what) {
      case HOSTS, TAGS ->
          link.ask(
                  new Question<>(
                      HostServiceGrpc::getListHostsMethod,
                      requests::hosts,
                      pages -> hosts(revision, pages)),
                  wait,
                  failure -> keepNothing(revision, Listed.HOSTS, Listed.TAGS))
              .flatMap(kept -> known(what));
      case USERS ->
          link.ask(
                  new Question<>(
                      UserServiceGrpc::getListUsersMethod,
                      requests::users,
                      pages -> users(revision, pages)),
                  wait,
                  failure -> keepNothing(revision, Listed.USERS))
              .flatMap(kept -> known(what));
    };
  }

  private void keep(Listed what, String revision, List<Name> names) {
    synchronized (known) {
      known.put(what, new Known(revision, Optional.of(names)));
    }
  }

  private void keepNothing(String revision, Listed... lists) {
    synchronized (known) {
      for (var list : lists) {
        known.put(list, new Known(revision, Optional.empty()));
      }
    }
  }

  private boolean hosts(String revision, List<ListHostsResponse> pages) {
    var hosts = pages.stream().flatMap(page -> page.getHosts().getHostsList().stream()).toList();
    var tags = new TreeSet<String>();
    hosts.forEach(host -> tags.addAll(host.getTagsList()));
    keep(Listed.HOSTS, revision, hosts.stream().map(Roster::host).toList());
    keep(Listed.TAGS, revision, tags.stream().map(Name::of).toList());
    return true;
  }

  private static Name host(Host host) {
    var system =
        !host.getSystem().isEmpty()
            ? host.getSystem()
            : host.getKind() == HostKind.HOST_KIND_DARWIN ? "darwin" : "";
    return new Name(
        host.getName(), system, host.getDefinitionsCount() > 0 ? host.getDefinitions(0) : "");
  }

  private boolean users(String revision, List<ListUsersResponse> pages) {
    keep(
        Listed.USERS,
        revision,
        pages.stream()
            .flatMap(page -> page.getUsers().getUsersList().stream())
            .map(user ->
                new Name(
                    user.getName(),
                    String.join(", ", user.getHostsList()),
                    user.getDefinitionsCount() > 0 ? user.getDefinitions(0).getSelector() : ""))
            .toList());
    return true;
  }
}
