package dev.arda.lsp.feature;

import dev.arda.lsp.text.NixText;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A flake of which everything is known that a test says. */
final class KnownFlake implements FlakeView {

  private final Map<String, Names> names = new HashMap<>();
  private final Map<String, Description> descriptions = new HashMap<>();
  private final Map<Listed, Names> lists = new HashMap<>();
  private final Map<Path, NixText> files = new HashMap<>();

  /** Names below a prefix, in the present state. */
  KnownFlake with(String prefix, String... known) {
    return with(prefix, Freshness.CURRENT, known);
  }

  KnownFlake with(String prefix, Freshness freshness, String... known) {
    names.put(prefix, new Names(Arrays.stream(known).map(Name::of).toList(), freshness, true));
    return this;
  }

  KnownFlake failing(String selector, Failure failure) {
    descriptions.put(
        selector, new Description("", "", Optional.of(failure), Optional.empty(), true));
    return this;
  }

  /** The same of a state that is over. */
  KnownFlake failingEarlier(String selector, Failure failure) {
    failing(selector, failure);
    descriptions.computeIfPresent(selector, (_, known) -> known.earlier());
    return this;
  }

  /** The value of a selector. */
  KnownFlake valued(String selector, String value) {
    descriptions.put(
        selector,
        new Description("**" + value + "**", value, Optional.empty(), Optional.empty(), true));
    return this;
  }

  /** Another file of it. */
  KnownFlake file(String path, String text) {
    files.put(Path.of(path), NixText.of(text));
    return this;
  }

  @Override
  public Names names(String prefix, Haste haste) {
    return names.getOrDefault(prefix, Names.UNKNOWN);
  }

  @Override
  public Names listed(Listed what, Haste haste) {
    return lists.getOrDefault(what, Names.UNKNOWN);
  }

  /** A list of hosts, users or tags. */
  KnownFlake listing(Listed what, Name... listed) {
    lists.put(what, new Names(List.of(listed), Freshness.CURRENT, true));
    return this;
  }

  @Override
  public Optional<Description> describe(String selector, Haste haste) {
    return Optional.ofNullable(descriptions.get(selector));
  }

  /** A {@code flake.nix} of it. */
  Scope scope(String text) {
    return scope("flake.nix", text);
  }

  /** Any file of it. */
  Scope scope(String path, String text) {
    return new Scope(
        NixText.of(text), Path.of(path), this, other -> Optional.ofNullable(files.get(other)));
  }
}
