package dev.arda.nix.system;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.LimitedFlakes;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import dev.arda.nix.types.TimeLimit;
import java.util.List;
import java.util.TreeSet;

/**
 * The hosts of flakes. Blocks while they are evaluated; interrupting the thread gives that up, as
 * for {@link Flakes}.
 *
 * @param flakes answers the questions
 */
public record Hosts(Flakes flakes) {

  /**
   * The same, in limited time.
   *
   * @param limit for each evaluation
   */
  public Hosts within(TimeLimit limit) {
    return new Hosts(LimitedFlakes.of(flakes, limit));
  }

  /** How much is wanted to be known. */
  public enum View {
    /** Names and where they are defined; nothing of a host is evaluated. */
    NAMES,
    /** Also what {@code clan} says of them; no configuration of a host is evaluated. */
    DECLARED,
    /** Everything. */
    FULL
  }

  /**
   * Hosts.
   *
   * @param state the state of the flake that has them
   * @param hosts in bytewise order of their names
   */
  public record Listing(FlakeState state, List<Host> hosts) {
    /** Copies the list. */
    public Listing {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * All hosts of a flake.
   *
   * @param flake flake reference; empty: the caller's default
   * @throws NixException if the flake cannot be read; not if some host of it cannot be evaluated
   */
  public Listing list(CallContext context, String flake, View view, ProgressListener progress) {
    var sources = HostSources.of(flakes, context, flake, progress);
    return new Listing(
        sources.state(),
        switch (view) {
          case NAMES -> HostFacts.named(sources);
          case DECLARED -> new HostFacts(flakes, context, flake, progress).declared(sources);
          case FULL -> new HostFacts(flakes, context, flake, progress).of(sources);
        });
  }

  /**
   * Those hosts of a flake that at least one selection chooses; all, if there is no selection.
   *
   * @param selections texts in the language of {@link HostSelection}
   * @param view as for {@link #list}; more is evaluated if a selection needs tags
   * @throws NixException as {@link #list}; {@code HOST_SELECTION_INVALID}; {@code HOST_NOT_FOUND}
   */
  public Listing select(
      CallContext context,
      String flake,
      List<String> selections,
      View view,
      ProgressListener progress) {
    var parsed = selections.stream().map(HostSelection::parse).toList();
    var listing = list(context, flake, view, progress);
    if (parsed.isEmpty()) {
      return listing;
    }
    if (view != View.FULL
        && parsed.stream().anyMatch(one -> one.needsTags(Host.names(listing.hosts())))) {
      var full = list(context, flake, View.FULL, progress);
      return new Listing(full.state(), chosen(parsed, full));
    }
    return new Listing(listing.state(), chosen(parsed, listing));
  }

  /**
   * The host of a name, alone in its listing. Tags and patterns choose nothing.
   *
   * @param view as for {@link #list}
   * @throws NixException as {@link #list}; {@code HOST_NOT_FOUND}; {@code REQUEST_INVALID} if the
   *     name is a tag
   */
  public Listing named(
      CallContext context, String flake, String name, View view, ProgressListener progress) {
    var found = select(context, flake, List.of('"' + name + '"'), view, progress);
    if (!found.hosts().getFirst().name().equals(name)) {
      throw new SystemException(
          Reason.REQUEST_INVALID,
          "One host is wanted; %s is a tag, of %s.".formatted(name, Host.listed(found.hosts())),
          Details.NONE.with("host", name));
    }
    return found;
  }

  private static List<Host> chosen(List<HostSelection> selections, Listing listing) {
    var names = new TreeSet<String>();
    for (var selection : selections) {
      names.addAll(selection.choose(listing.hosts(), listing.state().flakeRef()));
    }
    return listing.hosts().stream().filter(host -> names.contains(host.name())).toList();
  }
}
