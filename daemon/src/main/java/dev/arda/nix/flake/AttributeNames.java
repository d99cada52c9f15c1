package dev.arda.nix.flake;

import dev.arda.nix.types.NixException;
import java.util.List;

/**
 * What attributes there are at several places of a flake.
 *
 * @param state the state that was asked
 * @param places one for each place that was asked for
 */
public record AttributeNames(FlakeState state, List<Place> places) {

  /** Copies the list. */
  public AttributeNames {
    places = List.copyOf(places);
  }

  /** What is at one place. */
  public sealed interface Place {

    /**
     * Attributes.
     *
     * @param names in bytewise order
     */
    record Attributes(List<String> names) implements Place {
      /** Copies the list. */
      public Attributes {
        names = List.copyOf(names);
      }
    }

    /** Nothing, or something that has no attributes. */
    record Nothing() implements Place {}

    /** It cannot be told. */
    record Failed(NixException failure) implements Place {}
  }
}
