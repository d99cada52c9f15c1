package dev.arda.nix.flake;

import dev.arda.nix.types.SourcePosition;
import java.util.List;
import java.util.Optional;

/**
 * What a value is, without evaluating what it is made of.
 *
 * @param type {@code set}, {@code list}, {@code string}, {@code int}, {@code float}, {@code bool},
 *     {@code null}, {@code path}, {@code lambda}; {@code each} where a selector finds many
 * @param preview the value as Nix writes it, cut to a few hundred characters; of a set the first
 *     names; empty where there is nothing to show
 * @param count attributes of a set, elements of a list, characters of a string, or values that the
 *     selector finds
 * @param secret whether the value is not shown because of its name
 * @param position where its attribute is defined
 * @param derivation what it builds, if it is a derivation
 * @param option what it may be set to, if it is an option, or the value of one
 * @param each the first of many, if the selector finds many
 */
public record Description(
    String type,
    String preview,
    long count,
    boolean secret,
    Optional<SourcePosition> position,
    Optional<DerivationFacts> derivation,
    Optional<OptionFacts> option,
    List<One> each) {

  /** Copies the list. */
  public Description {
    each = List.copyOf(each);
  }

  /**
   * What is known of a derivation. Texts are empty where it does not say.
   *
   * @param outputs names of its outputs
   */
  public record DerivationFacts(
      String name, String version, String description, List<String> outputs) {
    /** Copies the list. */
    public DerivationFacts {
      outputs = List.copyOf(outputs);
    }
  }

  /** What is known of an option. Texts are empty where it does not say. */
  public record OptionFacts(String type, String description, String defaultText) {}

  /**
   * One of many.
   *
   * @param name the attribute that tells it from the others
   */
  public record One(String name, Description description) {}

  /** The same with what is known of the option that it is the value of. */
  Description with(OptionFacts facts) {
    return new Description(
        type, preview, count, secret, position, derivation, Optional.of(facts), each);
  }
}
