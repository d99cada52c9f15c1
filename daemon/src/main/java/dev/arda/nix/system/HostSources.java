package dev.arda.nix.system;

import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.AttributeNames;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The outputs of a flake that name hosts, and which they name.
 *
 * @param state the state of the flake
 * @param found what names hosts, the weightiest first; only what is there
 */
record HostSources(FlakeState state, List<Found> found) {

  /** An output that names hosts. */
  enum Source {
    /** Systems to build. */
    NIXOS,
    /** Systems to build. */
    DARWIN,
    /** The seed's section 15.7: what is known of machines apart from their systems. */
    CLAN_CORE,
    /** The same, as clan has it. */
    CLAN,
    /** What clan keeps of machines; names no host that the others do not. */
    INVENTORY;

    /** Where it is. */
    Selector selector() {
      return switch (this) {
        case NIXOS -> Selector.path("nixosConfigurations");
        case DARWIN -> Selector.path("darwinConfigurations");
        case CLAN_CORE -> Selector.path("clan", "core", "machines");
        case CLAN -> Selector.path("clan", "machines");
        case INVENTORY -> Selector.path("clan", "inventory", "machines");
      };
    }

    /** Where one host is in it. */
    Selector host(String name) {
      return selector().plus(new Step.Name(name));
    }

    /** Whether systems can be built from it. */
    boolean isConfigured() {
      return switch (this) {
        case NIXOS, DARWIN -> true;
        case CLAN_CORE, CLAN, INVENTORY -> false;
      };
    }

    private boolean namesHosts() {
      return this != INVENTORY;
    }
  }

  /** An output that is there, and the names in it. */
  record Found(Source source, List<String> names) {
    /** Copies the list. */
    public Found {
      names = List.copyOf(names);
    }
  }

  /** Copies the list. */
  public HostSources {
    found = List.copyOf(found);
  }

  /**
   * Reads the names; evaluates nothing of a host.
   *
   * @throws NixException if the flake cannot be read, or an output that names hosts cannot be
   *     evaluated at all
   */
  static HostSources of(
      Flakes flakes, CallContext context, String flake, ProgressListener progress) {
    var sources = List.of(Source.values());
    var names =
        flakes.names(context, flake, sources.stream().map(Source::selector).toList(), progress);
    var found = new ArrayList<Found>();
    var failure = Optional.<NixException>empty();
    for (int i = 0; i < sources.size(); i++) {
      switch (names.places().get(i)) {
        case AttributeNames.Place.Attributes(var attributes) ->
            found.add(new Found(sources.get(i), attributes));
        case AttributeNames.Place.Nothing() -> {}
        case AttributeNames.Place.Failed(var why) -> failure = failure.or(() -> Optional.of(why));
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
    return new HostSources(names.state(), found);
  }

  /** The hosts, by name in bytewise order, each with the outputs that name it. */
  Map<String, List<Source>> hosts() {
    var result = new TreeMap<String, List<Source>>();
    for (var one : found) {
      for (var name : one.names()) {
        if (one.source().namesHosts()) {
          result.computeIfAbsent(name, _ -> new ArrayList<>()).add(one.source());
        } else if (result.containsKey(name)) {
          result.computeIfPresent(
              name,
              (_, sources) -> {
                sources.add(one.source());
                return sources;
              });
        }
      }
    }
    return result;
  }
}
